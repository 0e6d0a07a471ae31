package io.seckill.settings;

/** A command whose settings have rules beyond their types. */
public interface Validated {
    /** Adds a fault for each setting that breaks a rule; changes nothing. A setting that did not parse may be null. */
    void validate(Faults faults);
}
