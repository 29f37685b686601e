package dev.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.app.GatewayClient;
import dev.millrace.app.GatewayClient.SseEvent;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import javax.imageio.ImageIO;

/** The console page in a headless browser, over a gateway and a worker of their own. */
class ConsoleIT {
    private static final Path CHROMIUM =
            Path.of(System.getProperty("millrace.chromium", "/usr/bin/chromium"));
    private static final Path DRIVER =
            Path.of(System.getProperty("millrace.chromedriver", "/usr/bin/chromedriver"));
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Map<String, String> SLOWLY = Map.of("MILLRACE_PACE", "20ms");

    @TempDir Path directory;
    private Stage stage;
    private WebDriver browser;

    @BeforeEach
    void raise() {
        Tools.need(CHROMIUM, DRIVER);
        stage = new Stage(directory);
        stage.gateway("g1").startWorker("w0", SLOWLY);
        stage.node("w0").awaitReady();
        browser = headless(directory.resolve("profile"));
        browser.get(stage.url("g1").toString());
    }

    @AfterEach
    void strike() {
        if (browser != null) {
            browser.quit();
        }
        if (stage != null) {
            stage.close();
        }
    }

    @Test
    void text_grows_as_it_comes_and_goes_on_where_it_was_after_a_reload() {
        send("Once upon a time", 200, 7);
        var early = textLongerThan(20);
        var later = textLongerThan(early.length() + 40);
        assertThat(later).startsWith(early);
        assertThat(state()).isEqualTo("running");

        browser.navigate().refresh();

        assertThat(textLongerThan(0)).startsWith(later);
        assertThat(state()).isEqualTo("running");
        until(() -> !state().equals("running"));
        assertThat(state()).isEqualTo("completed");
        var job = Objects.requireNonNull(output().getDomAttribute("data-job"));
        var stream = stage.follow("g1", job).isWhole();
        assertThat(text()).isEqualTo(stream.text());
        assertThat(browser.findElement(By.id("tokens")).getText())
                .isEqualTo(Integer.toString(stream.tokens().size()));
        assertThat(browser.findElement(By.id("attended")).getText()).isEqualTo("100 %");
        assertThat(browser.findElement(By.id("kv")).getText()).endsWith(" MiB");
    }

    @Test
    void a_job_is_cancelled_by_its_button() throws IOException, InterruptedException {
        send("Once upon a time", 1500, 8);
        textLongerThan(20);

        browser.findElement(By.cssSelector("#jobs > li:first-child .cancel")).click();

        until(() -> state().equals("cancelled"));
        var job = Objects.requireNonNull(output().getDomAttribute("data-job"));
        try (var client = new GatewayClient(stage.url("g1"))) {
            assertThat(client.get("/v1/jobs/" + job).path("state").asText()).isEqualTo("cancelled");
        }
        assertThat(text()).isEqualTo(stage.follow("g1", job).isWhole().text());
        assertThat(browser.findElements(By.cssSelector("#jobs .cancel"))).isEmpty();
    }

    @Test
    void a_picture_sharpens_as_it_is_made_and_goes_on_after_a_reload() {
        stage.startWorker(
                "p0",
                Map.of(
                        "MILLRACE_MODEL",
                        TinyFlow.write(directory.resolve("shapes")).toString(),
                        "MILLRACE_PACE",
                        "100ms"));
        stage.node("p0").awaitReady();
        browser.navigate().refresh();
        paint("ring", 7);
        until(() -> seen().isPresent());
        var first = seen().orElseThrow();
        assertThat(first.done()).isFalse();

        browser.navigate().refresh();

        var last = new AtomicReference<>(first);
        until(() -> {
            seen().filter(picture -> !picture.done()).ifPresent(last::set);
            return seen().filter(Seen::done).isPresent();
        });
        var picture = pixels(seen().orElseThrow().source());
        assertThat(distance(pixels(Objects.requireNonNull(last.get()).source()), picture))
                .isLessThan(distance(pixels(first.source()), picture));
        until(() -> state().equals("completed"));
        var job = Objects.requireNonNull(output().getDomAttribute("data-job"));
        var stream = stage.follow("g1", job).isWhole();
        assertThat(seen().orElseThrow().source()).endsWith(image(stream));
        assertThat(browser.findElements(By.cssSelector("#blocks > li"))).hasSize(4);
        assertThat(browser.findElements(By.cssSelector("#curve > polyline"))).hasSize(1);
        assertThat(browser.findElement(By.id("done")).getText()).isEqualTo("100 %");

        browser.navigate().refresh();

        assertThat(seen().orElseThrow().source()).endsWith(image(stream));
    }

    @Test
    void masks_lie_over_their_picture_as_the_stream_says_also_after_a_reload() throws IOException {
        stage.startWorker(
                "s0",
                Map.of(
                        "MILLRACE_MODEL",
                        TinyZip.write(directory.resolve("scenes")).toString(),
                        "MILLRACE_PACE",
                        "100ms"));
        stage.node("s0").awaitReady();
        browser.navigate().refresh();
        browser.findElement(By.id("tab-masks")).click();
        var file = Files.write(directory.resolve("scene.png"), TinyZip.picture());
        browser.findElement(By.id("picture-file")).sendKeys(file.toString());
        until(() -> browser.findElement(By.id("picked")).isDisplayed());
        type("classes", "ball, leaf");
        var send = browser.findElement(By.id("send"));
        until(send::isEnabled);
        send.click();
        until(() -> !overlay().isEmpty());

        browser.navigate().refresh();

        until(() -> state().equals("completed"));
        var job = Objects.requireNonNull(output().getDomAttribute("data-job"));
        var union = new BitSet();
        var masks =
                stage.follow("g1", job).isWhole().events().stream()
                        .filter(event -> event.type().equals("mask"))
                        .map(SseEvent::data)
                        .toList();
        for (var mask : masks) {
            var counts = mask.path("segmentation").path("counts").asText();
            union.or(CocoRle.read(72, 96, counts));
        }
        until(() -> overlay().equals(union));
        var names = browser.findElements(By.cssSelector("#mask-list > li"));
        assertThat(names).hasSameSizeAs(masks);
        assertThat(names.getFirst().getText()).startsWith(masks.getFirst().path("class").asText());

        new Actions(browser).moveToElement(names.getFirst()).perform();

        until(() ->
                browser.findElements(By.cssSelector("#mask-list > [data-lit=true]")).size() == 1);
    }

    /** The pixels of the overlay that are not clear. */
    private BitSet overlay() {
        var told =
                (List<?>)
                        ((JavascriptExecutor) browser)
                                .executeScript(
                                        "const canvas = document.getElementById('overlay'); const"
                                            + " {data} = canvas.getContext('2d').getImageData(0, 0,"
                                            + " canvas.width, canvas.height); return"
                                            + " [...data].filter((_, i) => i % 4 ==="
                                            + " 3).flatMap((alpha, i) => alpha ? [i] : [])");
        var pixels = new BitSet();
        for (var pixel : Objects.requireNonNull(told)) {
            pixels.set(((Number) pixel).intValue());
        }
        return pixels;
    }

    private void paint(String name, long seed) {
        browser.findElement(By.id("tab-pictures")).click();
        var send = browser.findElement(By.id("send"));
        until(send::isEnabled);
        browser.findElement(By.cssSelector("#class > option[value=" + name + "]")).click();
        browser.findElement(By.cssSelector("#picture-parameters > summary")).click();
        type("picture-seed", Long.toString(seed));
        browser.findElement(By.xpath("//select[@id='quality']/option[text()='high']")).click();
        send.click();
    }

    /** The picture on the page at one moment. */
    private record Seen(String source, boolean done) {}

    private Optional<Seen> seen() {
        var told =
                ((JavascriptExecutor) browser)
                        .executeScript(
                                "const image = document.querySelector('#pictures > img');"
                                        + " return image ? [image.src, image.dataset.done] : null");
        return Optional.ofNullable((List<?>) told)
                .map(both -> new Seen(both.get(0).toString(), both.get(1).equals("true")));
    }

    private static BufferedImage pixels(String source) {
        var bytes = Base64.getDecoder().decode(source.replace("data:image/png;base64,", ""));
        try {
            return ImageIO.read(new ByteArrayInputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String image(Transcript stream) {
        return stream.events().stream()
                .filter(event -> event.type().equals("picture"))
                .map(event -> event.data().path("image").asText())
                .findFirst()
                .orElseThrow();
    }

    /** Mean square of the differences of all samples. */
    private static double distance(BufferedImage one, BufferedImage other) {
        double[] a = one.getRaster().getPixels(0, 0, 16, 16, (double[]) null);
        double[] b = other.getRaster().getPixels(0, 0, 16, 16, (double[]) null);
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return sum / a.length;
    }

    @Test
    void what_is_wrong_with_a_request_is_said_on_the_page() {
        send("Once upon a time", 1_000_000, 9);

        var error = browser.findElement(By.id("error"));
        until(error::isDisplayed);
        assertThat(error.getText()).contains("max_tokens").contains("1000000");
    }

    private void send(String prompt, int tokens, long seed) {
        var send = browser.findElement(By.id("send"));
        until(send::isEnabled);
        browser.findElement(By.tagName("summary")).click();
        type("prompt", prompt);
        type("max-tokens", Integer.toString(tokens));
        type("seed", Long.toString(seed));
        send.click();
    }

    private void type(String id, String text) {
        var field = browser.findElement(By.id(id));
        field.clear();
        field.sendKeys(text);
    }

    private String textLongerThan(int length) {
        until(() -> text().length() > length);
        return text();
    }

    private WebElement output() {
        return browser.findElement(By.id("output"));
    }

    /** As it is in the page: {@code getText} would fold its white space. */
    private String text() {
        return Objects.requireNonNullElse(output().getDomProperty("textContent"), "");
    }

    private String state() {
        return Objects.requireNonNullElse(output().getDomAttribute("data-state"), "");
    }

    private static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("within " + PATIENCE).isLessThan(deadline);
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private static WebDriver headless(Path profile) {
        var options = new ChromeOptions();
        options.setBinary(CHROMIUM.toFile());
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + profile);
        var driver =
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(DRIVER.toFile())
                        .usingAnyFreePort()
                        .withLogFile(new File("/dev/null"))
                        .build();
        return new ChromeDriver(driver, options);
    }
}
