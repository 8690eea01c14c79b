package io.foreguard.predictive.command;

import io.foreguard.predictive.training.TrainingException;
import java.io.IOException;

/** Work that is ready to be done. */
interface Task {
  void run() throws IOException, TrainingException;
}
