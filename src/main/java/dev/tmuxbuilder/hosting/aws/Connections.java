package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.platform.Settings;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** One pool of connections, for whomever the service acts. */
final class Connections implements SdkAutoCloseable {
  private final SdkEventLoopGroup loops = SdkEventLoopGroup.builder().build();
  private final SdkAsyncHttpClient http;
  private final ExecutorService answers = Executors.newVirtualThreadPerTaskExecutor();

  Connections(Settings.Aws settings) {
    this.http =
        NettyNioAsyncHttpClient.builder()
            .eventLoopGroup(loops)
            .maxConcurrency(settings.concurrency() + 16)
            .connectionAcquisitionTimeout(Duration.ofSeconds(60))
            .connectionTimeout(Duration.ofSeconds(5))
            .build();
  }

  SdkAsyncHttpClient http() {
    return http;
  }

  /** Where answers are worked on. */
  ExecutorService answers() {
    return answers;
  }

  @Override
  public void close() {
    http.close();
    // Left to itself, the SDK's pool waits two seconds for calls that nobody makes any more.
    loops.eventLoopGroup().shutdownGracefully(200, 2000, TimeUnit.MILLISECONDS);
    answers.close();
  }
}
