package io.seckill.cli.bench;

import java.util.List;
import java.util.Optional;

/** All scenarios, in the order in which they run. */
final class Scenarios {
    static final List<Scenario> ALL = List.of(
            new AcceptScenario(),
            new RefuseScenario(),
            new OverheadScenario(),
            new DurableScenario(),
            new RecordScenario(),
            new EndToEndScenario(),
            new CostScenario(),
            new GrowthScenario());

    private Scenarios() {}

    /** The one of this name. */
    static Optional<Scenario> named(String name) {
        return ALL.stream().filter(scenario -> scenario.name().equals(name)).findFirst();
    }

    static List<String> names() {
        return ALL.stream().map(Scenario::name).toList();
    }
}
