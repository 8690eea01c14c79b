package io.foreguard.spring;

/** A type all of whose public methods are guarded. */
@Guarded("whole")
class WholeType {
  public void one() {}

  public void two() {}

  @Guarded("other")
  public void other() {}

  void internal() {}
}
