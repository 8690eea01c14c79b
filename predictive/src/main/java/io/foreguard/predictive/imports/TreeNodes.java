package io.foreguard.predictive.imports;

import java.util.BitSet;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Nodes of one or more trees as a tool names them, in any order, unchecked. Not thread-safe.
 *
 * @param feature per node, the feature it asks for; -1 for a leaf
 * @param threshold per node, what it compares with
 * @param yes per node, where a feature goes that is at most the threshold
 * @param no per node, where others go
 * @param strict nodes that ask for less than the threshold, where a feature equal to it goes to no
 * @param missingYes nodes where a missing feature goes to yes
 * @param value per node, a leaf's value; not used for splits
 * @param cover per node, how much of the training data came by; null where it is not known
 * @param place what to call a node in messages
 */
@SuppressWarnings("ArrayRecordComponent") // Only carries its arrays, which nobody compares.
record TreeNodes(
    int[] feature,
    double[] threshold,
    int[] yes,
    int[] no,
    BitSet strict,
    BitSet missingYes,
    double[] value,
    double @Nullable [] cover,
    IntFunction<String> place) {

  int size() {
    return feature.length;
  }

  boolean isLeaf(int node) {
    return feature[node] < 0;
  }

  String at(int node) {
    return place.apply(node);
  }
}
