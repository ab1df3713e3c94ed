package dev.tmuxbuilder.cli;

import io.quarkus.runtime.annotations.QuarkusMain;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * One program: the service and the command line that talks to it. Exit codes are 0 for success, 1
 * for a failure, 2 for bad usage.
 */
@QuarkusMain
@Command(
    name = "tmux-builder",
    version = "tmux-builder 0.1.0",
    mixinStandardHelpOptions = true,
    description = "One request becomes a live, proved website.",
    footer = {
      "",
      "Start with: tmux-builder create examples/bakery.md",
      "Each command has its own --help."
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  public static void main(String... args) {
    int exitCode = execute(Surroundings.ofThisProcess(), args);
    System.out.flush();
    System.err.flush();
    if (exitCode != 0) {
      System.exit(exitCode);
    }
  }

  /** Runs one command to its end; returns its exit code. Blocks. */
  static int execute(Surroundings surroundings, String... args) {
    return commandLine(surroundings).execute(args);
  }

  private static CommandLine commandLine(Surroundings s) {
    CommandLine line =
        new CommandLine(new Main())
            .addSubcommand(new ServeCommand())
            .addSubcommand(new CreateCommand(s))
            .addSubcommand(new WatchCommand(s))
            .addSubcommand(new StatusCommand(s))
            .addSubcommand(new ChatCommand(s))
            .addSubcommand(new ApproveCommand(s))
            .addSubcommand(new RedeployCommand(s))
            .addSubcommand(new RollbackCommand(s))
            .addSubcommand(new CancelCommand(s))
            .addSubcommand(new DestroyCommand(s))
            .addSubcommand(new SitesCommand(s))
            .addSubcommand(new ReceiptCommand(s))
            .addSubcommand(new DoctorCommand(s))
            .addSubcommand(
                new CommandLine(new LibraryCommand()).addSubcommand(new LibraryCommand.Lint(s)))
            .addSubcommand(new AuditCommand(s))
            .addSubcommand(new SecretsCommand(s))
            .addSubcommand(new EmergencyHashCommand(s))
            .addSubcommand(new BackupCommand(s))
            .addSubcommand(new RestoreCommand(s));
    line.setOut(s.out().writer());
    line.setErr(s.err().writer());
    line.setColorScheme(CommandLine.Help.defaultColorScheme(s.terminal().ansi()));
    line.setUsageHelpWidth(Math.clamp(s.terminal().width(), 60, 100));
    line.setExecutionExceptionHandler((failure, command, parsed) -> fail(s, failure, command));
    line.setParameterExceptionHandler((bad, ignored) -> badUsage(bad));
    return line;
  }

  private static int fail(Surroundings s, Exception failure, CommandLine command) {
    if (failure instanceof CliFailure known
        && command.getCommand() instanceof RemoteCommand remote
        && remote.json()) {
      s.out().line(Json.line(Surroundings.document(known)));
    }
    return s.explain(failure);
  }

  private static int badUsage(ParameterException bad) {
    CommandLine command = bad.getCommandLine();
    var err = command.getErr();
    err.println(bad.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(bad, err);
    err.println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
    err.flush();
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  /** Without a command, the help. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
