package io.foreguard.spring.aop;

import io.foreguard.spring.Guarded;

/** A type all of whose public methods are guarded. */
@Guarded("whole")
public class WholeType {
  public void one() {}

  public void two() {}

  @Guarded("other")
  public void other() {}

  void internal() {}
}
