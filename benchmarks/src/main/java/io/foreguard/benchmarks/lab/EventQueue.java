package io.foreguard.benchmarks.lab;

import java.util.Arrays;

/** Events in order of time, those of one time in order of arrival. A binary heap on arrays. */
final class EventQueue {
  private long[] times = new long[256];
  private long[] sequences = new long[256];
  private Runnable[] events = new Runnable[256];
  private int size;
  private long sequence;

  void add(long time, Runnable event) {
    if (size == times.length) {
      times = Arrays.copyOf(times, 2 * size);
      sequences = Arrays.copyOf(sequences, 2 * size);
      events = Arrays.copyOf(events, 2 * size);
    }
    int place = size++;
    long order = sequence++;
    while (place > 0) {
      int parent = (place - 1) >> 1;
      if (!before(time, order, parent)) {
        break;
      }
      move(parent, place);
      place = parent;
    }
    put(place, time, order, event);
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Time of the next event. */
  long nextTime() {
    return times[0];
  }

  Runnable poll() {
    Runnable first = events[0];
    size--;
    long time = times[size];
    long order = sequences[size];
    Runnable event = events[size];
    int place = 0;
    for (int child = 1; child < size; child = 2 * place + 1) {
      if (child + 1 < size && before(times[child + 1], sequences[child + 1], child)) {
        child++;
      }
      if (before(time, order, child)) {
        break;
      }
      move(child, place);
      place = child;
    }
    put(place, time, order, event);
    return first;
  }

  private boolean before(long time, long order, int place) {
    return time < times[place] || (time == times[place] && order < sequences[place]);
  }

  private void move(int from, int to) {
    put(to, times[from], sequences[from], events[from]);
  }

  private void put(int place, long time, long order, Runnable event) {
    times[place] = time;
    sequences[place] = order;
    events[place] = event;
  }
}
