package io.foreguard.samples.snippets;

import java.io.IOException;
import java.util.concurrent.CompletionStage;

/** A client of a remote system, as it stands in the snippets. */
interface Client {
  String tier(String customer) throws IOException;

  Profile profile(String customer) throws IOException;

  CompletionStage<Profile> profileAsync(String customer);

  /** What is known of a customer. */
  record Profile(String tier) {
    static final Profile UNKNOWN = new Profile("STANDARD");
  }
}
