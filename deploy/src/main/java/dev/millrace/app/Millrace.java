package dev.millrace.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. */
@Command(
        name = "millrace",
        description = "Streaming inference on Kafka: the log is the only state.",
        mixinStandardHelpOptions = true,
        version = "millrace 0.1.0",
        subcommands = {
            UpCommand.class,
            GatewayCommand.class,
            WorkerCommand.class,
            JobsCommand.class,
            ModelsCommand.class,
            TrainCommand.class,
            BenchCommand.class
        },
        footer = {
            "",
            "Try:  millrace up",
            "then  millrace jobs submit \"Once upon a time there was a fox named\""
        })
public final class Millrace {
    private Millrace() {}

    public static void main(String[] arguments) {
        var commandLine =
                new CommandLine(new Millrace())
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .setExecutionExceptionHandler(Millrace::explain);
        System.exit(commandLine.execute(arguments));
    }

    /** One line for whoever typed the command; the whole story only where it was asked for. */
    private static int explain(
            Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
        if (Boolean.getBoolean("millrace.debug")) {
            failure.printStackTrace();
        }
        var message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        command.getErr().println("millrace " + command.getCommandName() + ": " + message);
        return CommandLine.ExitCode.SOFTWARE;
    }
}
