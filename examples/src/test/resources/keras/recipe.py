"""Makes small.h5: a convolutional Keras model with drawn weights, as Keras saves it.

TensorFlow 2.15 (Keras 2.15), Python 3.11:  python recipe.py
"""
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(6)
layers = tf.keras.layers
model = tf.keras.Sequential(
    [
        layers.Input((12, 12, 1)),
        layers.Conv2D(4, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(16, activation="tanh", bias_initializer="random_normal"),
        layers.Dense(10, activation="softmax", bias_initializer="random_normal"),
    ]
)
model.compile(optimizer=tf.keras.optimizers.legacy.SGD(0.05), loss="categorical_crossentropy")
model.save("small.h5")

# What Keras itself computes for an image whose pixel i is (i % 7) / 7.
image = ((np.arange(144) % 7) / 7).astype("float32").reshape(1, 12, 12, 1)
print(model.predict(image, verbose=0)[0].tolist())
