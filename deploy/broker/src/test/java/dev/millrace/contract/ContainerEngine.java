package dev.millrace.contract;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

/**
 * Lets tests run that need a container engine. Where none answers they are skipped, by name and
 * aloud; with MILLRACE_CONTAINERS=required in the environment they fail instead.
 */
final class ContainerEngine implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (context.getTestMethod().isPresent()) {
            return ConditionEvaluationResult.enabled("asked for the class");
        }
        if ("required".equals(System.getenv("MILLRACE_CONTAINERS"))) {
            return ConditionEvaluationResult.enabled("required");
        }
        if (DockerClientFactory.instance().isDockerAvailable()) {
            return ConditionEvaluationResult.enabled("a container engine answers");
        }
        var reason =
                "no container engine answers (DOCKER_HOST=" + System.getenv("DOCKER_HOST") + ")";
        System.out.println("SKIPPED " + context.getDisplayName() + ": " + reason);
        return ConditionEvaluationResult.disabled(reason);
    }
}
