package io.foreguard.spring.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

/**
 * Put on a Spring Boot test, of the whole application or of a slice, lets its guards live in
 * virtual time and their calls fail on command. The guards are those of the application's
 * properties and customizers.
 *
 * <pre>{@code
 * @SpringBootTest
 * @AutoConfigureForeguard
 * class PointsTest {
 *   @Autowired GuardFaults faults;
 *   @Autowired Points points;
 *
 *   @Test
 *   void answersUnknownWhilePointsHang() {
 *     faults.on("points").hanging();
 *     assertThat(points.of("c1")).isEqualTo("unknown"); // after the time-out, in no time
 *   }
 * }
 * }</pre>
 *
 * <p>Adds to the application context a {@link io.foreguard.test.VirtualTime}, which is the primary
 * {@link io.foreguard.time.Clock}, and {@link GuardFaults}. Before each test method all faults end,
 * ten days of virtual time pass, and every circuit is closed, in the mode of its settings. What a
 * breaker has learned of healthy latencies stays, and so do last known good answers that may be
 * older than ten days: where that matters use another key, or {@code @DirtiesContext}.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ImportAutoConfiguration
public @interface AutoConfigureForeguard {}
