package io.foreguard.predictive.forest;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A forest laid out for speed; its scores are those of the plain walk, to the last bit.
 * Thread-safe.
 *
 * <p>Features are replaced by {@link Ranks} once per score, so that a node is one int: the slot of
 * the rank it asks for, and the rank of its threshold. Trees are filled up to complete ones, whose
 * branches need no pointers and whose walks need no branch instruction that a processor could
 * mispredict: the sign of a difference is the next step. Eight trees are walked at a time, and each
 * of their levels lies together, so that eight loads are under way at once.
 *
 * <p>The ranks of one score need a place. A few places are shared by all threads; a thread that
 * finds its place taken walks the trees as they are, so that nothing is ever allocated or awaited.
 */
final class CompiledForest {
  private static final int TOGETHER = 8;
  private static final int MOST_DEPTH = 12;
  private static final int MOST_NODES = 1 << 20;
  private static final int MOST_GROWTH = 4;
  private static final int PLACES = 16;

  /** A node that sends every rank to its true branch. */
  private static final int ALWAYS_TRUE = Ranks.ABOVE_ALL;

  private final Ranks ranks;
  private final AtomicReferenceArray<int[]> places = new AtomicReferenceArray<>(PLACES);

  /** Eight times two to the depth of each eight trees. */
  private final int[] width;

  private final int[] nodes;
  private final double[] leaves;

  private CompiledForest(Forest forest, Ranks ranks, int[] width, int leafCount) {
    this.ranks = ranks;
    this.width = width;
    this.nodes = new int[leafCount];
    this.leaves = new double[leafCount];
    Arrays.fill(nodes, ALWAYS_TRUE);
    for (int place = 0; place < PLACES; place++) {
      places.set(place, new int[Math.max(1, ranks.slots())]);
    }
    int nodesFrom = 0;
    int leavesFrom = 0;
    for (int group = 0; group < width.length; group++) {
      Filler filler = new Filler(forest, nodesFrom, leavesFrom, width[group]);
      for (int k = 0; k < TOGETHER && group * TOGETHER + k < forest.trees(); k++) {
        filler.fill(group * TOGETHER + k, k);
      }
      nodesFrom += width[group] - TOGETHER;
      leavesFrom += width[group];
    }
  }

  /** Lays {@code forest} out, or returns null where that would take too much room. */
  static @Nullable CompiledForest of(Forest forest) {
    if (forest.depth() > MOST_DEPTH) {
      return null;
    }
    int[] width = new int[(forest.trees() + TOGETHER - 1) / TOGETHER];
    long leafCount = 0;
    for (int group = 0; group < width.length; group++) {
      int last = Math.min(forest.trees(), (group + 1) * TOGETHER);
      int depth = 0;
      for (int tree = group * TOGETHER; tree < last; tree++) {
        depth = Math.max(depth, depth(forest, forest.root(tree)));
      }
      width[group] = TOGETHER << depth;
      leafCount += width[group];
    }
    long most = Math.min(MOST_NODES, MOST_GROWTH * (long) forest.nodes() + TOGETHER * 256);
    double[][] cuts = cuts(forest);
    return leafCount > most || cuts == null
        ? null
        : new CompiledForest(forest, Ranks.of(forest, cuts), width, (int) leafCount);
  }

  /** The weighted sum of the leaves reached, or NaN where this thread's place is taken. */
  double sum(double[] features) {
    int place = (int) Thread.currentThread().getId() & (PLACES - 1);
    int[] own = places.getAndSet(place, null);
    if (own == null) {
      return Double.NaN;
    }
    ranks.of(features, own);
    double sum = sum(own);
    places.setRelease(place, own);
    return sum;
  }

  private double sum(int[] own) {
    int[] n = nodes;
    double[] leaf = leaves;
    double sum = 0;
    int at = 0;
    int l = 0;
    for (int end : width) {
      int a = 0;
      int b = 0;
      int c = 0;
      int d = 0;
      int e = 0;
      int f = 0;
      int g = 0;
      int h = 0;
      for (int level = TOGETHER; level < end; level <<= 1) {
        a = 2 * a + step(n[at + a], own);
        b = 2 * b + step(n[at + b + 1], own);
        c = 2 * c + step(n[at + c + 2], own);
        d = 2 * d + step(n[at + d + 3], own);
        e = 2 * e + step(n[at + e + 4], own);
        f = 2 * f + step(n[at + f + 5], own);
        g = 2 * g + step(n[at + g + 6], own);
        h = 2 * h + step(n[at + h + 7], own);
        at += level;
      }
      sum += leaf[l + a];
      sum += leaf[l + b + 1];
      sum += leaf[l + c + 2];
      sum += leaf[l + d + 3];
      sum += leaf[l + e + 4];
      sum += leaf[l + f + 5];
      sum += leaf[l + g + 6];
      sum += leaf[l + h + 7];
      l += end;
    }
    return sum;
  }

  /** {@link #TOGETHER} where the rank exceeds the node's, else 0. */
  private static int step(int node, int[] own) {
    return (((node & 0xFFFF) - own[node >>> 16]) >>> 31) << 3;
  }

  /** Takes what another thread could take, for a test of what happens then. */
  void takeAllPlaces() {
    for (int place = 0; place < PLACES; place++) {
      places.set(place, null);
    }
  }

  private static int depth(Forest forest, int node) {
    return forest.isLeaf(node)
        ? 0
        : 1 + Math.max(depth(forest, node + 1), depth(forest, forest.falseBranch(node)));
  }

  /** The distinct thresholds of every feature in order, or null if one is infinite or too many. */
  private static double @Nullable [][] cuts(Forest forest) {
    int[] number = new int[forest.featureCount()];
    for (int node = 0; node < forest.nodes(); node++) {
      if (!forest.isLeaf(node)) {
        number[forest.feature(node)]++;
      }
    }
    double[][] cuts = new double[number.length][];
    for (int f = 0; f < cuts.length; f++) {
      cuts[f] = new double[number[f]];
    }
    for (int node = 0; node < forest.nodes(); node++) {
      if (!forest.isLeaf(node)) {
        if (Double.isInfinite(forest.threshold(node))) {
          return null;
        }
        int f = forest.feature(node);
        // Adding 0 makes one zero of the two.
        cuts[f][--number[f]] = forest.threshold(node) + 0.0;
      }
    }
    for (int f = 0; f < cuts.length; f++) {
      cuts[f] = Arrays.stream(cuts[f]).sorted().distinct().toArray();
      if (cuts[f].length > Ranks.MOST_CUTS) {
        return null;
      }
    }
    return cuts;
  }

  /** Fills the nodes and leaves of eight trees. */
  private final class Filler {
    private final Forest forest;
    private final int nodesFrom;
    private final int leavesFrom;
    private final int width;

    Filler(Forest forest, int nodesFrom, int leavesFrom, int width) {
      this.forest = forest;
      this.nodesFrom = nodesFrom;
      this.leavesFrom = leavesFrom;
      this.width = width;
    }

    void fill(int tree, int lane) {
      fill(forest.root(tree), forest.weight(tree), lane, TOGETHER, 0);
    }

    /** A leaf above the last level goes to the end of the way along true branches. */
    private void fill(int node, double weight, int lane, int level, int position) {
      if (level == width) {
        leaves[leavesFrom + position + lane] = weight * forest.value(node);
      } else if (forest.isLeaf(node)) {
        fill(node, weight, lane, 2 * level, 2 * position);
      } else {
        int f = forest.feature(node);
        int slot = ranks.slot(f, forest.missingTrue(node));
        int at = nodesFrom + level - TOGETHER + position + lane;
        nodes[at] = slot << 16 | ranks.rank(f, forest.threshold(node));
        fill(node + 1, weight, lane, 2 * level, 2 * position);
        int other = forest.falseBranch(node);
        fill(other, weight, lane, 2 * level, 2 * position + TOGETHER);
      }
    }
  }
}
