package io.foreguard.samples.incident;

import java.io.IOException;
import java.net.URI;

/** Where the incident is played: real processes in the demo, fakes in its test. */
interface Stage extends AutoCloseable {

  /** Starts the points engine and returns its address once it answers. */
  URI startEngine() throws IOException, InterruptedException;

  /** Starts both services with a protection and returns their addresses once they answer. */
  Services startServices(String lane) throws IOException, InterruptedException;

  /** Stops the services that {@link #startServices} started last. */
  void stopServices() throws InterruptedException;

  /** Stops everything. */
  @Override
  void close();

  /** Addresses of the two services. */
  record Services(URI loyalty, URI routing) {}
}
