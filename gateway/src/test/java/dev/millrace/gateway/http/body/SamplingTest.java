package dev.millrace.gateway.http.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import dev.millrace.gateway.registry.FakeRegistry;
import dev.millrace.protocol.Attention;
import dev.millrace.protocol.Served;
import dev.millrace.protocol.TextParameters;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class SamplingTest {
    private static Served.TextModel offering(Attention... attentions) {
        var model = FakeRegistry.STORIES;
        return new Served.TextModel(
                model.model(),
                model.names(),
                model.contextTokens(),
                model.maxPromptBytes(),
                model.defaultMaxTokens(),
                model.defaultTemperature(),
                model.deadline(),
                List.of(attentions));
    }

    private static TextParameters asking(String attention, Served.TextModel model) {
        var node = JsonNodeFactory.instance.objectNode();
        if (!attention.isEmpty()) {
            node.put("attention", attention);
        }
        return Sampling.nativeParameters(new Fields("parameters", node), model);
    }

    @ParameterizedTest
    @CsvSource({
        "'', CHUNK, SOFTMAX, CHUNK",
        "auto, CHUNK, SOFTMAX, CHUNK",
        "auto, SOFTMAX, CHUNK, SOFTMAX",
        "softmax, CHUNK, SOFTMAX, SOFTMAX",
        "chunk, SOFTMAX, CHUNK, CHUNK",
    })
    void the_job_names_the_attention_that_was_asked_for_or_else_the_models_own(
            String asked, Attention own, Attention other, Attention expected) {
        assertThat(asking(asked, offering(own, other)).attention()).isEqualTo(expected);
    }

    @Test
    void an_attention_that_the_model_does_not_offer_is_refused_with_those_it_does() {
        assertThatThrownBy(() -> asking("softmax", offering(Attention.CHUNK)))
                .hasMessageContaining(
                        "parameters.attention must be auto or what stories offers: chunk, was"
                                + " 'softmax'");
    }
}
