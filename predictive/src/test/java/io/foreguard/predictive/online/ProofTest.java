package io.foreguard.predictive.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ProofTest {
  private static final long SECOND = 1_000_000_000L;

  private final Proof proof = new Proof(.05, 20);
  private long now = -5 * SECOND;

  @Test
  void predictionsThatChangeNoDecisionAreNoBet() {
    assertThat(Proof.win(.97, .9999, true)).isZero();
    assertThat(Proof.win(.02, .08, false)).isZero();
    assertThat(Proof.isTroubled(.97, .91)).isFalse();
    assertThat(Proof.isTroubled(.97, .89)).isTrue();
    assertThat(Proof.win(.9, .1, false)).isCloseTo(1, within(1e-12));
    assertThat(Proof.win(.9, .1, true)).isCloseTo(-1, within(1e-12));
  }

  @Test
  void takesSeveralIncidents() {
    int incidents = 0;
    while (proof.evidenceOfBetter() < 0 && incidents < 20) {
      cells(50, .5, true);
      cells(60, 0, false);
      incidents++;
    }
    assertThat(incidents).isBetween(3, 8);
    assertThat(proof.episodes()).isEqualTo(incidents);
  }

  @Test
  void oneIncidentWinsThreefoldAtMost() {
    cells(10_000, .5, true);
    assertThat(proof.evidenceOfBetter()).isLessThan(-1.5);
    assertThat(proof.episodes()).isEqualTo(1);
  }

  @Test
  void whatIsWorseIsNoticedWithinAFewCells() {
    int cells = 0;
    while (proof.evidenceOfWorse() < 0 && cells < 100) {
      cells(1, -.5, true);
      cells++;
    }
    assertThat(cells).isBetween(5, 40);
    proof.restartWorse();
    assertThat(proof.evidenceOfWorse()).isNegative();
  }

  @Test
  void aShortQuietTimeDoesNotEndAnIncident() {
    for (int i = 0; i < 20; i++) {
      cells(20, .5, true);
      cells(10, 0, false); // one second
    }
    assertThat(proof.episodes()).isEqualTo(1);
  }

  @Test
  void callsOfASettledCellAreLeftOut() {
    long old = proof.cell();
    cells(5, 0, false);
    double before = proof.evidenceOfWorse();
    proof.add(old, -1_000, 1_000, true);
    cells(3, 0, false);
    assertThat(proof.lateCalls()).isEqualTo(1_000);
    assertThat(proof.evidenceOfWorse()).isEqualTo(before);
  }

  @Test
  void askedAnewItTakesMore() {
    double before = proof.evidenceOfBetter();
    proof.restartBetter();
    assertThat(proof.evidenceOfBetter()).isLessThan(before);
  }

  private void cells(int count, double win, boolean trouble) {
    for (int i = 0; i < count; i++) {
      proof.add(proof.cell(), 10 * win, 10, trouble);
      now += SECOND / 10;
      proof.moveTo(now, 0);
    }
  }
}
