package dev.tmuxbuilder.service;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Somebody who reads the events of an execution for as long as they come. */
public final class Reader {
  private static final Executor THREADS = task -> Thread.ofVirtual().start(task);
  private static final int PATIENCE_SECONDS = 30;

  private final CompletableFuture<Void> reading;

  private Reader(CompletableFuture<Void> reading) {
    this.reading = reading;
  }

  /** Begins, and waits for the first event. */
  public static Reader of(Client client, String execution) throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Void> reading =
        CompletableFuture.runAsync(
            () ->
                client.stream(
                    "/api/status/" + execution + "/stream?follow=true",
                    event -> {
                      begun.countDown();
                      return false;
                    }),
            THREADS);
    if (!begun.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("no event came");
    }
    return new Reader(reading);
  }

  public boolean reads() {
    return !reading.isDone();
  }

  /** Waits until nothing comes any more. */
  public void cutOff() throws Exception {
    reading.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
