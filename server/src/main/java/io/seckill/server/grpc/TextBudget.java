package io.seckill.server.grpc;

/** How much text an answer may still hold; what does not fit is cut and says so. Not thread-safe. */
final class TextBudget {
    private int left;

    TextBudget(int length) {
        this.left = length;
    }

    String take(String text) {
        int taken = Math.min(left, text.length());
        left -= taken;
        return taken == text.length()
                ? text
                : text.substring(0, taken) + "… (" + (text.length() - taken) + " characters more)";
    }

    boolean isSpent() {
        return left == 0;
    }
}
