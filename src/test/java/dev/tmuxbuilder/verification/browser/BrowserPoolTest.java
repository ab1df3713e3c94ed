package dev.tmuxbuilder.verification.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser;
import dev.tmuxbuilder.execution.StepFailure;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BrowserPoolTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private BrowserPool pool;

  @BeforeEach
  void open() {
    pool = new BrowserPool(TestSettings.with("browser.pool", "2"));
  }

  @AfterEach
  void close() {
    pool.close();
    await().atMost(Duration.ofSeconds(5)).until(() -> browsers().isEmpty());
  }

  @Test
  void twentyStepsShareTwoBrowsers() {
    AtomicInteger working = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();

    List<String> titles =
        Uni.join()
            .all(
                IntStream.range(0, 20)
                    .mapToObj(
                        number ->
                            pool.use(
                                "step " + number,
                                LONG,
                                new Watcher(),
                                chromium -> {
                                  most.accumulateAndGet(working.incrementAndGet(), Math::max);
                                  String title = title(chromium, "t" + number);
                                  working.decrementAndGet();
                                  return title;
                                }))
                    .toList())
            .andFailFast()
            .await()
            .atMost(LONG);

    assertThat(titles).isEqualTo(IntStream.range(0, 20).mapToObj(n -> "t" + n).toList());
    assertThat(most).hasValue(2);
    assertThat(drivers()).hasSize(2);
  }

  @Test
  void aBrowserThatIsKilledIsReplaced() {
    Throwable failure =
        pool.<String>use(
                "the step",
                LONG,
                new Watcher(),
                chromium -> {
                  browsers().forEach(ProcessHandle::destroyForcibly);
                  return title(chromium, "never");
                })
            .onItemOrFailure()
            .transform((title, thrown) -> thrown)
            .await()
            .atMost(LONG);

    assertThat(failure)
        .isInstanceOfSatisfying(
            StepFailure.class,
            died -> {
              assertThat(died.info().code()).isEqualTo("browser_died");
              assertThat(died.info().retryable()).isTrue();
            });
    assertThat(use("again")).isEqualTo("again");
  }

  @Test
  void aBrowserThatDiedBetweenTwoStepsIsNotNoticed() {
    assertThat(use("first")).isEqualTo("first");
    browsers().forEach(ProcessHandle::destroyForcibly);

    assertThat(use("second")).isEqualTo("second");
  }

  @Test
  void cancellingInTheMiddleOfAHungCallFreesThePlace() {
    CountDownLatch hanging = new CountDownLatch(2);
    List<UniAssertSubscriber<Object>> hung =
        Stream.of("one", "two").map(name -> hang(name, hanging)).toList();
    await().atMost(LONG).until(() -> hanging.getCount() == 0);
    List<ProcessHandle> before = drivers();

    hung.forEach(UniAssertSubscriber::cancel);

    await()
        .atMost(Duration.ofSeconds(2))
        .until(() -> before.stream().noneMatch(ProcessHandle::isAlive));
    assertThat(use("next")).isEqualTo("next");
  }

  @Test
  void aPlaceInTheQueueCanBeGivenUp() {
    CountDownLatch hanging = new CountDownLatch(2);
    List<UniAssertSubscriber<Object>> hung =
        Stream.of("one", "two").map(name -> hang(name, hanging)).toList();
    await().atMost(LONG).until(() -> hanging.getCount() == 0);
    AtomicInteger ran = new AtomicInteger();
    UniAssertSubscriber<Integer> waiting =
        pool.use("waiting", LONG, new Watcher(), chromium -> ran.incrementAndGet())
            .subscribe()
            .withSubscriber(UniAssertSubscriber.create());

    waiting.cancel();
    hung.forEach(UniAssertSubscriber::cancel);

    assertThat(use("next")).isEqualTo("next");
    assertThat(ran).hasValue(0);
  }

  /** Whoever leaves just when it is their turn takes no browser along. */
  @Test
  void leavingTheLineAtAnyMomentLosesNoBrowser() {
    Random random = new Random(7);
    for (int i = 0; i < 25; i++) {
      List<UniAssertSubscriber<String>> brief =
          IntStream.range(0, 4)
              .mapToObj(
                  number ->
                      pool.use("brief " + number, LONG, new Watcher(), chromium -> "done")
                          .subscribe()
                          .withSubscriber(UniAssertSubscriber.<String>create()))
              .toList();
      brief.getFirst().awaitItem(LONG);
      long until = System.nanoTime() + random.nextInt(1_000_000);
      while (System.nanoTime() < until) {
        Thread.onSpinWait();
      }
      brief.subList(2, 4).forEach(UniAssertSubscriber::cancel);
      brief.get(1).awaitItem(LONG);
    }
    assertThat(use("next")).isEqualTo("next");
    await("what was ended is gone").atMost(LONG).until(() -> drivers().size() <= 2);
  }

  @Test
  void whoWaitsForABrowserIsToldSo() {
    Watcher atOnce = new Watcher();
    pool.use("first", LONG, atOnce, chromium -> title(chromium, "first")).await().atMost(LONG);
    CountDownLatch hanging = new CountDownLatch(2);
    List<UniAssertSubscriber<Object>> hung =
        Stream.of("one", "two").map(name -> hang(name, hanging)).toList();
    await().atMost(LONG).until(() -> hanging.getCount() == 0);
    Watcher waits = new Watcher();
    UniAssertSubscriber<String> waiting =
        pool.use("waiting", LONG, waits, chromium -> title(chromium, "had its turn"))
            .subscribe()
            .withSubscriber(UniAssertSubscriber.create());

    assertThat(waits.lines)
        .containsExactly(
            "browser: Waits for its turn: this server does 2 of these at a time, 0 wait before it");
    hung.forEach(UniAssertSubscriber::cancel);
    waiting.awaitItem(LONG).assertItem("had its turn");
    assertThat(atOnce.lines).isEmpty();
  }

  @Test
  void aStepThatTakesTooLongIsEnded() {
    Throwable failure =
        pool.use("the step", Duration.ofSeconds(3), new Watcher(), BrowserPoolTest::hang)
            .onItemOrFailure()
            .transform((item, thrown) -> thrown)
            .await()
            .atMost(Duration.ofSeconds(6));

    assertThat(failure)
        .isInstanceOfSatisfying(
            StepFailure.class,
            late -> assertThat(late.info().code()).isEqualTo("browser_deadline"));
    assertThat(use("next")).isEqualTo("next");
  }

  @Test
  void whatIsMissingIsSaidWithTheWayToGetIt() {
    BrowserPool without =
        new BrowserPool(TestSettings.with("browser.executable", "/nowhere/chromium"));

    assertThat(without.problem()).get().asString().contains("apt-get install chromium");
    assertThat(pool.problem()).isEmpty();
    assertThat(new BrowserPool(TestSettings.with("browser.node-modules", "/nowhere")).problem())
        .get()
        .asString()
        .contains("npm ci");
    assertThat(new BrowserPool(TestSettings.with("browser.node", "no-such-node")).problem())
        .get()
        .asString()
        .contains("nodejs");
    Throwable failure =
        without
            .use("the step", LONG, new Watcher(), chromium -> "never")
            .onItemOrFailure()
            .transform((item, thrown) -> thrown)
            .await()
            .atMost(LONG);
    assertThat(failure)
        .isInstanceOfSatisfying(
            StepFailure.class,
            missing -> {
              assertThat(missing.info().code()).isEqualTo("browser_missing");
              assertThat(missing.info().retryable()).isFalse();
            });
  }

  @Test
  void closingEndsWhoWorksAndWhoWaits() {
    CountDownLatch hanging = new CountDownLatch(2);
    List<UniAssertSubscriber<Object>> working =
        Stream.of("one", "two").map(name -> hang(name, hanging)).toList();
    await().atMost(LONG).until(() -> hanging.getCount() == 0);
    UniAssertSubscriber<String> waiting =
        pool.use("waiting", LONG, new Watcher(), chromium -> "never")
            .subscribe()
            .withSubscriber(UniAssertSubscriber.create());

    pool.close();

    waiting.awaitFailure();
    working.forEach(UniAssertSubscriber::awaitFailure);
    assertThat(((StepFailure) waiting.getFailure()).info().code()).isEqualTo("shutting_down");
    await().atMost(Duration.ofSeconds(5)).until(() -> browsers().isEmpty());
  }

  @Test
  void theDriverSeesNothingOfTheServicesEnvironment() {
    use("first");

    assertThat(drivers())
        .allSatisfy(
            driver ->
                assertThat(java.nio.file.Path.of("/proc/" + driver.pid() + "/environ"))
                    .content()
                    .contains("PATH=")
                    .doesNotContain("JAVA_HOME", "MAVEN"));
  }

  private String use(String title) {
    return pool.use(title, LONG, new Watcher(), chromium -> title(chromium, title))
        .await()
        .atMost(LONG);
  }

  private UniAssertSubscriber<Object> hang(String name, CountDownLatch hanging) {
    return pool.use(
            name,
            LONG,
            new Watcher(),
            chromium -> {
              hanging.countDown();
              return hang(chromium);
            })
        .subscribe()
        .withSubscriber(UniAssertSubscriber.create());
  }

  private static Object hang(Chromium chromium) {
    return chromium.context(new Browser.NewContextOptions()).newPage().evaluate("while (true);");
  }

  private static String title(Chromium chromium, String title) {
    var page = chromium.context(new Browser.NewContextOptions()).newPage();
    page.setContent("<title>" + title + "</title>");
    return page.title();
  }

  private static List<ProcessHandle> drivers() {
    return ProcessHandle.current()
        .children()
        .filter(child -> child.info().commandLine().orElse("").contains("run-driver"))
        .toList();
  }

  /** Drivers, browsers and all that these started. */
  private static List<ProcessHandle> browsers() {
    return drivers().stream()
        .flatMap(driver -> Stream.concat(Stream.of(driver), driver.descendants()))
        .toList();
  }
}
