package dev.millrace.app;

import picocli.CommandLine.Option;

import java.net.URI;

/** Where the gateway is. */
final class GatewayOption {
    @Option(
            names = "--url",
            description = "The gateway (default: ${DEFAULT-VALUE}).",
            defaultValue = "${env:MILLRACE_URL:-http://127.0.0.1:8080}")
    private URI url = URI.create("http://127.0.0.1:8080");

    GatewayClient connect() {
        return new GatewayClient(url);
    }
}
