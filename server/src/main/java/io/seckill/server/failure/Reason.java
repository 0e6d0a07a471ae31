package io.seckill.server.failure;

/** Why a call was not served. The names are part of the API: {@code google.rpc.ErrorInfo.reason}. */
public enum Reason {
    /** Fields of the request break the rules. */
    INVALID_REQUEST,
    /** The call does not say who makes it. */
    NOT_AUTHENTICATED,
    /** The token is not one that this server trusts. */
    TOKEN_INVALID,
    /** The token was good until some time ago. */
    TOKEN_EXPIRED,
    /** The server does not know with which keys tokens are signed now. */
    TOKEN_KEYS_UNAVAILABLE,
    /** No role of the caller's may call this method. */
    ROLE_REQUIRED,
    /** A buyer acted for another user. */
    FOREIGN_USER,
    /** The request_id was used before with other content. */
    REQUEST_ID_REUSED,
    ACTIVITY_NOT_FOUND,
    PRODUCT_NOT_FOUND,
    /** There is no such letter: it never was, or somebody dealt with it. */
    DEAD_LETTER_NOT_FOUND,
    ORDER_NOT_FOUND,
    /** The order is in another state than the one that it would have to be in. */
    ORDER_NOT_PENDING,
    /** The order is accepted and not recorded yet. */
    ORDER_NOT_RECORDED,
    /** The payment_id paid another order. */
    PAYMENT_ID_REUSED,
    /** The sale is not loaded into Redis yet. */
    ACTIVITY_NOT_PREHEATED,
    ALREADY_PREHEATED,
    ACTIVITY_ENDED,
    /** Redis did not serve, and nothing was done. */
    STOCK_UNAVAILABLE,
    /** Redis may have served, and the answer was lost. */
    OUTCOME_UNKNOWN,
    DATABASE_UNAVAILABLE,
    /** More requests wait than the server takes on. */
    OVERLOADED,
    /** The caller's deadline passed, or the caller went away, before anything was done. */
    DEADLINE_EXCEEDED,
    SHUTTING_DOWN,
    INTERNAL
}
