package io.github.dl4jhardware.analog.layer;

import io.github.dl4jhardware.Internal;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.ConvolutionMode;

/**
 * A kernel that goes over images in one direction, as the host's convolutions and poolings do.
 *
 * @param in size of the image
 * @param out positions
 * @param size taps
 * @param padding before the image
 */
@Internal
public record Window(int in, int out, int size, int stride, int dilation, int padding) {
  /**
   * Both directions, down first.
   *
   * @param mode how the host's layer treats borders
   * @param kernel taps
   * @param stride likewise two, as are the others
   * @param padding that the host's layer asks for; not for modes that have one of their own
   * @param image height and width
   * @param layer for messages
   * @return two
   * @throws DL4JInvalidInputException if the image is too small, or does not fit mode Strict
   */
  public static Window[] both(
      ConvolutionMode mode,
      int[] kernel,
      int[] stride,
      int[] dilation,
      int[] padding,
      int[] image,
      String layer) {
    Window[] both = new Window[2];
    for (int d = 0; d < 2; d++) {
      both[d] = one(mode, kernel[d], stride[d], dilation[d], padding[d], image, d, layer);
    }
    return both;
  }

  private static Window one(
      ConvolutionMode mode,
      int size,
      int stride,
      int dilation,
      int padding,
      int[] image,
      int d,
      String layer) {
    int in = image[d];
    int reach = (size - 1) * dilation + 1;
    if (mode == ConvolutionMode.Same || mode == ConvolutionMode.Causal) {
      int out = (in + stride - 1) / stride;
      boolean causal = mode == ConvolutionMode.Causal;
      // Causal: nothing of what comes later.
      int before = causal ? reach - 1 : Math.max(0, (out - 1) * stride + reach - in) / 2;
      return new Window(in, out, size, stride, dilation, before);
    }
    int room = in + 2 * padding - reach;
    if (room < 0) {
      throw new DL4JInvalidInputException(
          layer
              + ": images of "
              + image[0]
              + "×"
              + image[1]
              + " with padding "
              + padding
              + " are smaller than the kernel, which reaches over "
              + reach);
    }
    if (mode == ConvolutionMode.Strict && room % stride != 0) {
      throw new DL4JInvalidInputException(
          layer
              + ": images of "
              + image[0]
              + "×"
              + image[1]
              + " leave a rest at stride "
              + stride
              + " in convolution mode Strict; use Truncate or Same");
    }
    return new Window(in, room / stride + 1, size, stride, dilation, padding);
  }

  /**
   * Where a tap looks.
   *
   * @param position of the output
   * @param tap of the kernel
   * @return a place in the image, or outside of it
   */
  public int in(int position, int tap) {
    return position * stride - padding + tap * dilation;
  }

  /**
   * The first position at which a tap looks into the image.
   *
   * @param tap of the kernel
   * @return out where there is none
   */
  public int first(int tap) {
    int outside = padding - tap * dilation;
    return outside <= 0 ? 0 : Math.min(out, (outside + stride - 1) / stride);
  }

  /**
   * One past the last position at which a tap looks into the image.
   *
   * @param tap of the kernel
   * @return 0 where there is none
   */
  public int end(int tap) {
    int last = in - 1 + padding - tap * dilation;
    return last < 0 ? 0 : Math.min(out, last / stride + 1);
  }
}
