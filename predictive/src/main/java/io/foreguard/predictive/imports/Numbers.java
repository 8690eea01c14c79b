package io.foreguard.predictive.imports;

import java.util.Arrays;

/** Numbers that come one by one. Not thread-safe. */
final class Numbers {
  private double[] numbers = new double[4];
  private int size;

  void add(double number) {
    if (size == numbers.length) {
      numbers = Arrays.copyOf(numbers, size * 2);
    }
    numbers[size++] = number;
  }

  int size() {
    return size;
  }

  double[] toArray() {
    return Arrays.copyOf(numbers, size);
  }
}
