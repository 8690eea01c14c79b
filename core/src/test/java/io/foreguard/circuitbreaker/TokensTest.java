package io.foreguard.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TokensTest {
  @Test
  void wordsAndTokensComeBackAsTheyWentIn() {
    SplittableRandom random = new SplittableRandom(11);
    for (int i = 0; i < 20_000; i++) {
      long era = random.nextLong(1L << 30);
      State state = State.values()[random.nextInt(4)];
      Mode mode = Mode.values()[random.nextInt(4)];
      double share = random.nextDouble();
      boolean every = random.nextBoolean();
      boolean careful = random.nextBoolean();
      boolean quiet = random.nextBoolean();
      int index = random.nextInt();
      int kind = random.nextInt(4);

      long word = Tokens.word(era, state, share, mode, every, careful, quiet);
      long token = Tokens.token(word, kind, index);

      assertThat(Tokens.era(word)).isEqualTo(era);
      assertThat(Tokens.state(word)).isEqualTo(state);
      assertThat(Tokens.mode(word)).isEqualTo(mode);
      assertThat(Tokens.shareRatio(word)).isBetween(share - 1e-5, share + 1e-5);
      assertThat(Tokens.kind(token)).isEqualTo(kind);
      assertThat(Tokens.index(token)).isEqualTo(index);
      assertThat(Tokens.sameEra(word, token)).isTrue();
      long later = Tokens.word(era + 1, state, share, mode, every, careful, quiet);
      assertThat(Tokens.sameEra(later, token)).isFalse();
      assertThat(Tokens.isCareful(word)).isEqualTo(careful);
      assertThat(Tokens.isQuiet(word)).isEqualTo(quiet);
      boolean asked = mode == Mode.ENFORCE || mode == Mode.SHADOW;
      boolean quick = state == State.CLOSED && asked && !careful;
      assertThat(Tokens.passes(word)).isEqualTo(quick);
      assertThat(Tokens.countsOnly(word, token)).isEqualTo(quick && !every);
    }
  }

  @Test
  void aShareSurvivesBeingPublishedAgain() {
    for (int share = 0; share <= 0xFFFF; share++) {
      long word =
          Tokens.word(1, State.THROTTLED, share / 65535.0, Mode.ENFORCE, false, false, false);
      long again =
          Tokens.word(
              1, State.THROTTLED, Tokens.shareRatio(word), Mode.ENFORCE, false, false, false);
      assertThat(again).isEqualTo(word);
      assertThat(Tokens.share(word)).isEqualTo(share);
    }
  }

  @Test
  void erasComeRoundWithoutTouchingTheirNeighbours() {
    long last = Tokens.word((1L << 30) - 1, State.OPEN, 1, Mode.SHADOW, true, false, false);
    long next = Tokens.word(Tokens.era(last) + 1, State.OPEN, 1, Mode.SHADOW, true, false, false);

    assertThat(Tokens.era(next)).isZero();
    assertThat(Tokens.state(next)).isEqualTo(State.OPEN);
    assertThat(Tokens.mode(next)).isEqualTo(Mode.SHADOW);
  }
}
