package io.foreguard.spring.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.Mode;
import io.foreguard.circuitbreaker.PredictivePolicy;
import io.foreguard.estimation.StatisticalModel;
import io.foreguard.estimation.SuccessModel;
import io.foreguard.fallback.Fallback;
import io.foreguard.guard.Guard;
import io.foreguard.guard.GuardBuilder;
import io.foreguard.predictive.trust.ShadowComparison;
import io.foreguard.predictive.trust.TrustConfig;
import io.foreguard.predictive.trust.TrustedModel;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.GuardCustomizer;
import io.foreguard.spring.GuardFactory;
import io.foreguard.time.ManualClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.annotation.DirtiesContext;

/** The live view of 200 guards in a real browser. Leaves its pictures in target/live-view. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "foreguard.defaults.retry.enabled=true",
      "foreguard.defaults.bulkhead.enabled=true",
      "foreguard.guards[loyalty.eu-1].fallback.last-known-good.maximum-age=10m",
      "management.endpoint.foreguard.access=unrestricted",
      "management.endpoint.foreguard.view.enabled=true",
      "management.endpoints.web.exposure.include=foreguard"
    })
@DirtiesContext
@Timeout(180)
class ChromiumTest {
  private static final List<String> SERVICES =
      List.of(
          "accounts",
          "billing",
          "catalog",
          "checkout",
          "credit",
          "customers",
          "documents",
          "fraud",
          "geo",
          "identity",
          "inventory",
          "ledger",
          "loyalty",
          "mail",
          "orders",
          "payments",
          "pricing",
          "routing",
          "search",
          "stock");
  private static final List<String> REGIONS =
      List.of("eu-1", "eu-2", "us-1", "us-2", "us-3", "ap-1", "ap-2", "sa-1", "af-1", "me-1");
  private static final String FIRST = "document.querySelector('tbody:not([hidden]) .guard')";
  private static final String SHOWN = "document.querySelectorAll('tbody:not([hidden])').length";

  @Autowired private ForeguardRegistry registry;
  @Autowired private GuardFactory factory;
  @Autowired private ManualClock clock;
  @Autowired private LiveFeed feed;
  @LocalServerPort private int port;

  private Chromium chromium;

  @BeforeEach
  @Timeout(120)
  void open() throws Exception {
    Optional<Path> program = Chromium.program();
    assumeTrue(program.isPresent(), "skipped: no Chromium");
    incident();
    chromium = Chromium.start(program.get());
    chromium.look(1280, 800, false);
    chromium.open("http://127.0.0.1:" + port + "/foreguard");
    chromium.await(SHOWN + " === 200");
  }

  @AfterEach
  void close() throws Exception {
    if (chromium != null) {
      chromium.close();
    }
  }

  @Test
  void showsAndSteersTwoHundredGuards() throws Exception {
    assertThat(chromium.evaluate("location.pathname")).isEqualTo("/actuator/foreguard");
    assertThat(firstGuard()).isEqualTo("orders.eu-2");
    traffic(8);
    chromium.await(
        "[...document.querySelectorAll('.row > :last-child')].some(rate => rate.textContent > 0)");
    picture("wide-light");
    anOpenBreakerMovesToTheTop();
    theKeyboardFilters();
    theKeyboardExplainsAndControls();
    modelsAndWhatTheyWouldHaveDoneAreTold();
    aNewGuardAppearsAndItsNameIsText();
    whatHappensDuringAPauseIsShownAfterIt();
    nothingOverflowsOnAPhone();
    darkColoursAreUsedWhereTheyArePreferred();
    assertThat(chromium.complaints()).isEmpty();
    assertThat(chromium.requests())
        .isNotEmpty()
        .allMatch(
            url -> url.startsWith("http://127.0.0.1:" + port + "/") || url.startsWith("data:"));
    aLostConnectionIsToldAndComesBack();
  }

  private void anOpenBreakerMovesToTheTop() throws Exception {
    chromium.evaluate("document.querySelectorAll('.guard')[150].focus()");
    Object focused = chromium.evaluate("document.activeElement.textContent");
    breaker("accounts.ap-1").transitionToOpen();
    chromium.await(FIRST + ".textContent === 'accounts.ap-1'");
    assertThat(chromium.evaluate("document.activeElement.textContent")).isEqualTo(focused);
    chromium.await("document.getElementById('said').textContent.includes('accounts.ap-1')");
    assertThat(chromium.evaluate("document.querySelector('#events li').textContent"))
        .asString()
        .contains("accounts.ap-1", "closed → open", "by an operator");
  }

  private void theKeyboardFilters() throws Exception {
    chromium.press("/");
    chromium.type("loyalty.eu");
    chromium.await(SHOWN + " === 2");
    chromium.press("Escape");
    chromium.await(SHOWN + " === 200");
    chromium.type("nothing like it");
    chromium.await(SHOWN + " === 0 && !document.getElementById('empty').hidden");
    chromium.press("Escape");
    chromium.type("stock.us-1");
    chromium.await(SHOWN + " === 1");
  }

  private void theKeyboardExplainsAndControls() throws Exception {
    chromium.press("ArrowDown");
    chromium.press("Enter");
    chromium.await("document.querySelector('.detail').textContent.includes('P(success)')");
    assertThat(chromium.evaluate("document.activeElement.getAttribute('aria-expanded')"))
        .isEqualTo("true");
    chromium.press("Tab");
    chromium.press("Tab");
    assertThat(chromium.evaluate("document.activeElement.textContent")).isEqualTo("Shadow");
    assertThat(chromium.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
        .isEqualTo("solid");
    chromium.press("Enter");
    chromium.await("document.getElementById('ask').open");
    assertThat(chromium.evaluate("document.activeElement.textContent")).isEqualTo("Cancel");
    chromium.press("Tab");
    chromium.press("Enter");
    chromium.await(
        "document.querySelector('[data-mode=SHADOW]').getAttribute('aria-pressed') === 'true'");
    assertThat(breaker("stock.us-1").mode()).isEqualTo(Mode.SHADOW);
    breaker("stock.us-1").mode(Mode.ENFORCE);

    chromium.evaluate(
        "(f => { f.value = ''; f.dispatchEvent(new Event('input')); })(document.getElementById('filter'))");
    chromium.evaluate("document.querySelector('.guard[aria-expanded=true]').click()");
    chromium.await("!document.querySelector('.detail')");
    chromium.evaluate(
        "[...document.querySelectorAll('.guard')].find(g => g.textContent === 'orders.eu-2').click()");
    chromium.await("document.querySelector('.detail .reasons li')");
    picture("wide-light-detail");
  }

  private void modelsAndWhatTheyWouldHaveDoneAreTold() throws Exception {
    String guards = "[...document.querySelectorAll('.guard')]";
    for (String name : List.of("fraud.eu-1", "fraud.eu-2")) {
      chromium.evaluate(guards + ".find(g => g.textContent === '" + name + "').click()");
    }
    String details = "[...document.querySelectorAll('.detail')].map(d => d.textContent).join()";
    chromium.await(
        details + ".includes('calibration error') && " + details + ".includes('rightly')");
    assertThat(chromium.evaluate(details))
        .asString()
        .contains("not yet proved better", "Brier score", "statistical 1 of");
    picture("wide-light-models");
    for (String name : List.of("fraud.eu-1", "fraud.eu-2")) {
      chromium.evaluate(guards + ".find(g => g.textContent === '" + name + "').click()");
    }
  }

  private void aNewGuardAppearsAndItsNameIsText() throws Exception {
    String name = "<img src=x onerror=alert(1)>";
    breaker(name).transitionToOpen();
    chromium.await(FIRST + ".textContent === '" + name + "'");
    chromium.await("document.getElementById('events').textContent.includes('" + name + "')");
    assertThat(chromium.evaluate("document.querySelectorAll('img').length")).isEqualTo(0);
    registry.circuitBreakers().remove(name);
    chromium.await(SHOWN + " === 200");
  }

  private void whatHappensDuringAPauseIsShownAfterIt() throws Exception {
    String pause = "document.getElementById('pause').click()";
    chromium.evaluate(pause);
    chromium.await("document.getElementById('live').textContent.startsWith('Paused')");
    breaker("ledger.eu-1").mode(Mode.FORCED_OPEN);
    breaker("accounts.ap-1").transitionToClosed();
    chromium.evaluate(pause);
    chromium.await("document.querySelector('.row.bad-row .guard').textContent === 'ledger.eu-1'");
    breaker("ledger.eu-1").mode(Mode.ENFORCE);
    chromium.await("document.querySelector('.row.bad-row .guard').textContent === 'orders.eu-2'");
  }

  private void aLostConnectionIsToldAndComesBack() throws Exception {
    feed.stop();
    chromium.await("document.getElementById('alarm').textContent.startsWith('Connection lost at')");
    picture("wide-dark-lost");
    feed.start();
    chromium.await("document.getElementById('alarm').hidden");
    chromium.await("document.getElementById('live').textContent.startsWith('Live')");
  }

  private void nothingOverflowsOnAPhone() throws Exception {
    chromium.look(360, 780, false);
    assertThat(chromium.evaluate("document.documentElement.scrollWidth")).isEqualTo(360);
    picture("phone-light");
    chromium.evaluate("document.querySelector('.detail').scrollIntoView()");
    assertThat(chromium.evaluate("document.documentElement.scrollWidth")).isEqualTo(360);
    picture("phone-light-detail");
  }

  private void darkColoursAreUsedWhereTheyArePreferred() throws Exception {
    String page = "getComputedStyle(document.documentElement).backgroundColor";
    assertThat(chromium.evaluate(page)).isEqualTo("rgb(244, 245, 247)");
    chromium.evaluate("scrollTo(0, 0)");
    chromium.look(360, 780, true);
    assertThat(chromium.evaluate(page)).isEqualTo("rgb(14, 18, 23)");
    picture("phone-dark");
    chromium.look(1280, 800, true);
    picture("wide-dark");
  }

  private Object firstGuard() throws Exception {
    return chromium.evaluate(FIRST + ".textContent");
  }

  private CircuitBreaker breaker(String name) {
    return registry.circuitBreaker(name);
  }

  private void picture(String name) throws Exception {
    Path folder = Files.createDirectories(Path.of("target", "live-view"));
    Files.write(folder.resolve(name + ".png"), chromium.screenshot());
  }

  /** Two hundred healthy guards, then one dependency that fails and some that suffer. */
  private void incident() {
    List<Guard> guards = new ArrayList<>();
    for (String service : SERVICES) {
      for (String region : REGIONS) {
        guards.add(factory.guard(registry, service + "." + region));
      }
    }
    for (int round = 0; round < 60; round++) {
      for (Guard guard : guards) {
        call(guard, usualMillis(guard) + round % 7, true);
      }
      clock.advance(Duration.ofMillis(500));
    }
    breaker("search.us-2").mode(Mode.SHADOW);
    breaker("geo.ap-2").mode(Mode.DISABLED);
    traffic(40);
  }

  /** Some traffic while one dependency fails and some suffer. */
  private void traffic(int rounds) {
    for (int round = 0; round < rounds; round++) {
      call(registry.guard("orders.eu-2"), 900, false);
      call(registry.guard("search.us-2"), 700, false);
      call(registry.guard("payments.eu-1"), 600, round % 2 == 0);
      call(registry.guard("pricing.me-1"), 400, true);
      call(registry.guard("loyalty.eu-1"), 30, round % 5 != 0);
      call(registry.guard("identity.us-1"), 25, true);
      clock.advance(Duration.ofMillis(100));
    }
  }

  private static int usualMillis(Guard guard) {
    return 20 + Math.floorMod(guard.name().hashCode(), 90);
  }

  private void call(Guard guard, int millis, boolean succeeds) {
    Callable<Object> attempt =
        guard
            .circuitBreaker()
            .decorate(
                () -> {
                  clock.advance(Duration.ofMillis(millis));
                  if (!succeeds) {
                    throw new IllegalStateException("503");
                  }
                  return "";
                });
    Optional<Fallback<Object>> fallback = factory.lastKnownGood(registry, guard.name(), false);
    try {
      Object unused = fallback.isPresent() ? fallback.get().call("", attempt) : attempt.call();
    } catch (Exception expected) {
      assertThat(succeeds && expected instanceof IllegalStateException).isFalse();
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {
    @Bean
    GuardCustomizer models() {
      return new GuardCustomizer() {
        @Override
        public void customize(String guard, GuardBuilder builder) {}

        @Override
        public void circuitBreaker(String guard, CircuitBreakerConfig.Builder settings) {
          SuccessModel model = StatisticalModel.instance();
          if (guard.equals("fraud.eu-1")) {
            settings.model(TrustedModel.of(guard, model, TrustConfig.defaults()));
          } else if (guard.equals("fraud.eu-2")) {
            settings.model(ShadowComparison.of(model, model, PredictivePolicy.builder().build()));
          }
        }
      };
    }

    @Bean
    ManualClock clock() {
      ManualClock clock = new ManualClock();
      clock.stepWallTime(Duration.between(clock.wallTime(), Instant.now().minusSeconds(1_000)));
      return clock;
    }
  }
}
