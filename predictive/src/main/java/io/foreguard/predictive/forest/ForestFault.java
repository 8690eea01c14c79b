package io.foreguard.predictive.forest;

/** A forest breaks a rule at a certain node or tree; the message names place, rule and value. */
public final class ForestFault extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** What of the forest is at fault. */
  private final Part part;

  /** Which of them, from 0. */
  private final int index;

  ForestFault(Part part, int index, String rule, Object value) {
    super(part.words + " " + index + " must be " + rule + ", but was " + value);
    this.part = part;
    this.index = index;
  }

  /** What of the forest is at fault. */
  public Part part() {
    return part;
  }

  /** Number of the tree for {@link Part#ROOT} and {@link Part#WEIGHT}, else of the node, from 0. */
  public int index() {
    return index;
  }

  /** The parts of a forest. */
  public enum Part {
    /** First node of a tree. */
    ROOT("root of tree"),
    /** Weight of a tree. */
    WEIGHT("weight of tree"),
    /** Feature of a node. */
    FEATURE("feature of node"),
    /** False branch of a node. */
    FALSE_BRANCH("false branch of node"),
    /** Threshold of a node. */
    THRESHOLD("threshold of node"),
    /** Value of a node. */
    VALUE("value of node"),
    /** The tree that a node belongs to. */
    TREE("tree of node");

    private final String words;

    Part(String words) {
      this.words = words;
    }
  }
}
