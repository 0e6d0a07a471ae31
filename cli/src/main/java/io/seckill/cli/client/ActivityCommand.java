package io.seckill.cli.client;

import io.seckill.v1.Activity;
import io.seckill.v1.ActivityServiceGrpc.ActivityServiceBlockingStub;
import io.seckill.v1.EndActivityRequest;
import io.seckill.v1.PauseActivityRequest;
import io.seckill.v1.PreheatActivityRequest;
import io.seckill.v1.ResumeActivityRequest;
import picocli.CommandLine.Command;

/** {@code seckill activity}: what an operator does with sales. */
@Command(
        name = "activity",
        mixinStandardHelpOptions = true,
        description = "Makes and runs sales on a running server.",
        subcommands = {
            ActivityCreateCommand.class,
            ActivityShowCommand.class,
            ActivityListCommand.class,
            ActivityCommand.Preheat.class,
            ActivityCommand.Pause.class,
            ActivityCommand.Resume.class,
            ActivityCommand.End.class,
            AddStockCommand.class
        })
public final class ActivityCommand {
    /** Loads a sale into Redis. */
    @Command(
            name = "preheat",
            mixinStandardHelpOptions = true,
            description = "Loads a sale and its stock into Redis; it sells from its start on.")
    static final class Preheat extends OneActivityCommand {
        @Override
        Activity ask(ActivityServiceBlockingStub stub, long activityId) {
            return stub.preheatActivity(PreheatActivityRequest.newBuilder()
                            .setActivityId(activityId)
                            .build())
                    .getActivity();
        }
    }

    /** Stops a sale for a while. */
    @Command(
            name = "pause",
            mixinStandardHelpOptions = true,
            description = "Stops selling until 'resume'; buyers are answered PAUSED.")
    static final class Pause extends OneActivityCommand {
        @Override
        Activity ask(ActivityServiceBlockingStub stub, long activityId) {
            return stub.pauseActivity(PauseActivityRequest.newBuilder()
                            .setActivityId(activityId)
                            .build())
                    .getActivity();
        }
    }

    /** Lets a paused sale go on. */
    @Command(name = "resume", mixinStandardHelpOptions = true, description = "Sells again after 'pause'.")
    static final class Resume extends OneActivityCommand {
        @Override
        Activity ask(ActivityServiceBlockingStub stub, long activityId) {
            return stub.resumeActivity(ResumeActivityRequest.newBuilder()
                            .setActivityId(activityId)
                            .build())
                    .getActivity();
        }
    }

    /** Ends a sale for good. */
    @Command(
            name = "end",
            mixinStandardHelpOptions = true,
            description = "Ends a sale for good, before its end. Accepted orders stand.")
    static final class End extends OneActivityCommand {
        @Override
        Activity ask(ActivityServiceBlockingStub stub, long activityId) {
            return stub.endActivity(EndActivityRequest.newBuilder()
                            .setActivityId(activityId)
                            .build())
                    .getActivity();
        }
    }
}
