package io.github.dl4jhardware.examples.features;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.eigen.Eigen;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Zero-phase whitening: E (D + ε)^−½ Eᵀ of a covariance E D Eᵀ. What it gives is decorrelated and
 * stays as near to what went in as that allows. Source: A. J. Bell, T. J. Sejnowski, "The
 * 'independent components' of natural scenes are edge filters", Vision Research 37, 3327 (1997).
 */
final class Zca {
  private Zca() {}

  /**
   * The whitening matrix.
   *
   * @param covariance {@code [n, n]}, FLOAT, symmetric
   * @param added ε, to each eigenvalue
   * @return {@code [n, n]}, symmetric
   */
  static INDArray of(INDArray covariance, double added) {
    // LAPACK's ssyev, which leaves the eigenvectors as columns in place of the matrix.
    INDArray vectors = covariance.add(covariance.transpose()).divi(2).dup('f');
    INDArray values = Eigen.symmetricGeneralizedEigenvalues(vectors, true);
    float[] scales = values.toFloatVector();
    for (int i = 0; i < scales.length; i++) {
      scales[i] = (float) Math.pow(Math.max(0, scales[i]) + added, -0.25);
    }
    INDArray half = vectors.muliRowVector(Nd4j.createFromArray(scales));
    return half.mmul(half.transpose());
  }
}
