package io.github.dl4jhardware.neuromorphic.packed;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Which {@link BitKernels} a machine runs faster. Counting bits is one instruction for a whole
 * vector on x86 where the processor has VPOPCNTDQ and the JVM uses AVX-512: two and a half times as
 * fast there as carry-save adders, which on AVX2 are two and a half times as fast (JDK 17; decision
 * 14). 64-bit ARM counts bits of bytes, and is assumed to be with the former; it was not measured.
 * A measurement on start was tried: compilers come at their own time, and it chose wrongly under
 * load.
 *
 * <p>Where nothing tells the processor's flags (Windows, macOS on x86) it is carry-save. The system
 * property {@value #PROPERTY} says otherwise. Spikes are the same with either.
 */
final class KernelChoice {
  /** {@code bit-count} or {@code carry-save}. */
  static final String PROPERTY = "dl4jhardware.packed.kernels";

  static final BitKernels BIT_COUNT = new BitCountKernels();
  static final BitKernels CARRY_SAVE = new CarrySaveKernels();

  private KernelChoice() {}

  /** Found out when the first network is packed. */
  private static final class OfThisMachine {
    static final BitKernels KERNELS = find();

    private static BitKernels find() {
      BitKernels kernels = choose(System.getProperty("os.arch", ""), processorFlags(), useAvx());
      System.getLogger(KernelChoice.class.getName())
          .log(System.Logger.Level.DEBUG, () -> "Packed inference counts bits by " + kernels);
      return kernels;
    }
  }

  /**
   * The kernels to use.
   *
   * @throws IllegalArgumentException if the property names none
   */
  static BitKernels kernels() {
    String name = System.getProperty(PROPERTY);
    return name == null ? OfThisMachine.KERNELS : named(name);
  }

  static BitKernels named(String name) {
    return List.of(BIT_COUNT, CARRY_SAVE).stream()
        .filter(each -> each.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    PROPERTY
                        + " is \""
                        + name
                        + "\"; it may be "
                        + BIT_COUNT
                        + " or "
                        + CARRY_SAVE));
  }

  /**
   * Chooses.
   *
   * @param architecture as in {@code os.arch}
   * @param flags of an x86 processor, between blanks; empty where nothing tells
   * @param useAvx the vector units that the JVM uses at most: 3 is AVX-512
   */
  static BitKernels choose(String architecture, String flags, int useAvx) {
    boolean counts =
        architecture.equals("aarch64")
            || (useAvx >= 3 && List.of(flags.split(" ", -1)).contains("avx512_vpopcntdq"));
    return counts ? BIT_COUNT : CARRY_SAVE;
  }

  private static String processorFlags() {
    Path info = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(info)) {
      return "";
    }
    // Any bytes are characters there.
    try (var lines = Files.lines(info, StandardCharsets.ISO_8859_1)) {
      return lines.filter(line -> line.startsWith("flags")).findFirst().orElse("");
    } catch (IOException | UncheckedIOException e) {
      return "";
    }
  }

  /** HotSpot's own flag; a JVM without it is taken to use all that there is. */
  private static int useAvx() {
    try {
      HotSpotDiagnosticMXBean hotSpot =
          ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      return hotSpot == null ? 3 : Integer.parseInt(hotSpot.getVMOption("UseAVX").getValue());
    } catch (IllegalArgumentException | LinkageError e) {
      // There is no such flag off x86, and not every runtime has the bean's module.
      return 3;
    }
  }
}
