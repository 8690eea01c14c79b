package io.foreguard.predictive.file;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Spoils the content of model files, the same way for the same seed. */
final class Mutations {
  private static final byte[] FAVOURITES = {
    0, 1, 2, 7, 14, '\n', '=', 0x7F, (byte) 0x80, (byte) 0xFF
  };
  private static final int[] LENGTHS = {
    Integer.MIN_VALUE, -1, 0, 1, 255, 65_535, 65_536, 3_999_999, 4_000_000, Integer.MAX_VALUE
  };

  private final SplittableRandom random;

  Mutations(long seed) {
    random = new SplittableRandom(seed);
  }

  /** Makes the checksum right again. */
  static void sign(byte[] content) {
    int end = content.length - ModelFile.CHECKSUM_BYTES;
    System.arraycopy(ModelFile.checksum(content, end), 0, content, end, ModelFile.CHECKSUM_BYTES);
  }

  /** A copy with one to three changes; most have a right checksum and length. */
  byte[] spoiled(byte[] content) {
    byte[] copy = content.clone();
    int changes = random.nextInt(1, 4);
    for (int i = 0; i < changes; i++) {
      copy = changed(copy);
    }
    if (copy.length > ModelFile.HEADER_AT + ModelFile.CHECKSUM_BYTES && random.nextInt(8) > 0) {
      if (random.nextInt(8) > 0) {
        ByteBuffer.wrap(copy).putLong(ModelFile.FILE_LENGTH_AT, copy.length);
      }
      sign(copy);
    }
    return copy;
  }

  private byte[] changed(byte[] copy) {
    if (copy.length < 16) {
      return copy;
    }
    int at = random.nextInt(copy.length);
    switch (random.nextInt(10)) {
      case 0, 1, 2 -> copy[at] ^= (byte) (1 << random.nextInt(8));
      case 3, 4 -> copy[at] = FAVOURITES[random.nextInt(FAVOURITES.length)];
      case 5 -> copy[at] = (byte) random.nextInt();
      case 6, 7 -> ByteBuffer.wrap(copy).putInt(Math.min(at, copy.length - 4), length());
      case 8 -> {
        return Arrays.copyOf(copy, random.nextBoolean() ? at : copy.length + random.nextInt(64));
      }
      default -> {
        int from = random.nextInt(copy.length);
        int length = Math.min(random.nextInt(1, 64), copy.length - Math.max(at, from));
        System.arraycopy(copy, from, copy, at, length);
      }
    }
    return copy;
  }

  private int length() {
    return random.nextInt(4) == 0 ? random.nextInt() : LENGTHS[random.nextInt(LENGTHS.length)];
  }
}
