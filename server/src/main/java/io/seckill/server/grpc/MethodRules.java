package io.seckill.server.grpc;

import static io.seckill.server.access.Role.ADMIN;
import static io.seckill.server.access.Role.BFF;
import static io.seckill.server.access.Role.BUYER;
import static io.seckill.server.access.Role.OPERATOR;

import io.grpc.MethodDescriptor;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.seckill.server.access.Role;
import io.seckill.v1.ActivityServiceGrpc;
import io.seckill.v1.OperationsServiceGrpc;
import io.seckill.v1.SeckillServiceGrpc;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Who may call which method. What is not in this table nobody may call. */
final class MethodRules {
    private static final Set<Role> BUYING = Set.of(BUYER, BFF, ADMIN);
    private static final Set<Role> LOOKING_AT_ORDERS = Set.of(BUYER, BFF, OPERATOR, ADMIN);
    private static final Set<Role> LOOKING_AFTER_SALES = Set.of(OPERATOR, ADMIN);
    private static final Set<Role> CHANGING_SALES = Set.of(ADMIN);

    private static final MethodRule NOBODY = new MethodRule(Set.of(), false, null);
    private static final Map<String, MethodRule> RULES = rules();

    private MethodRules() {}

    static MethodRule of(MethodDescriptor<?, ?> method) {
        return RULES.getOrDefault(method.getFullMethodName(), NOBODY);
    }

    private static Map<String, MethodRule> rules() {
        Map<String, MethodRule> rules = new HashMap<>();
        HealthGrpc.getServiceDescriptor()
                .getMethods()
                .forEach(method -> rules.put(method.getFullMethodName(), MethodRule.openToAll()));

        add(rules, SeckillServiceGrpc.getSeckillMethod(), BUYING);
        add(rules, SeckillServiceGrpc.getSeckillStreamMethod(), BUYING);
        add(rules, SeckillServiceGrpc.getPayOrderMethod(), BUYING);
        add(rules, SeckillServiceGrpc.getCancelOrderMethod(), BUYING);
        add(rules, SeckillServiceGrpc.getGetOrderMethod(), LOOKING_AT_ORDERS);
        add(rules, SeckillServiceGrpc.getLookupOrderMethod(), LOOKING_AT_ORDERS);
        add(rules, SeckillServiceGrpc.getListOrdersMethod(), LOOKING_AT_ORDERS);
        add(rules, SeckillServiceGrpc.getWatchOrderMethod(), LOOKING_AT_ORDERS);
        add(rules, SeckillServiceGrpc.getGetStockMethod(), LOOKING_AT_ORDERS);
        add(rules, SeckillServiceGrpc.getWatchStockMethod(), LOOKING_AT_ORDERS);

        add(rules, ActivityServiceGrpc.getGetActivityMethod(), LOOKING_AFTER_SALES);
        add(rules, ActivityServiceGrpc.getListActivitiesMethod(), LOOKING_AFTER_SALES);
        add(rules, ActivityServiceGrpc.getCreateActivityMethod(), CHANGING_SALES);
        add(rules, ActivityServiceGrpc.getPreheatActivityMethod(), CHANGING_SALES);
        add(rules, ActivityServiceGrpc.getPauseActivityMethod(), CHANGING_SALES);
        add(rules, ActivityServiceGrpc.getResumeActivityMethod(), CHANGING_SALES);
        add(rules, ActivityServiceGrpc.getEndActivityMethod(), CHANGING_SALES);
        add(rules, ActivityServiceGrpc.getAddStockMethod(), CHANGING_SALES);

        add(rules, OperationsServiceGrpc.getListDeadLettersMethod(), LOOKING_AFTER_SALES);
        add(rules, OperationsServiceGrpc.getDescribeStreamsMethod(), LOOKING_AFTER_SALES);
        // Repairing moves only what waits to be moved anyway, so who may look may ask for it.
        add(rules, OperationsServiceGrpc.getReconcileMethod(), LOOKING_AFTER_SALES);
        add(rules, OperationsServiceGrpc.getReplayDeadLettersMethod(), CHANGING_SALES);
        add(rules, OperationsServiceGrpc.getDiscardDeadLettersMethod(), CHANGING_SALES);

        add(rules, ServerReflectionGrpc.getServerReflectionInfoMethod(), LOOKING_AFTER_SALES);
        return Map.copyOf(rules);
    }

    private static void add(Map<String, MethodRule> rules, MethodDescriptor<?, ?> method, Set<Role> roles) {
        rules.put(method.getFullMethodName(), MethodRule.of(method, roles));
    }
}
