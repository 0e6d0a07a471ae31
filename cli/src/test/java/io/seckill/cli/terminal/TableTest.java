package io.seckill.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void numbersStandToTheRightAndTextsToTheLeft() {
        Table table = new Table("name", "units", "note")
                .row("book", 5, "a")
                .row("a long name", -1_200, "-")
                .row("x", "-", "");

        assertThat(table.lines())
                .containsExactly(
                        "name         units  note",
                        "book             5  a",
                        "a long name  -1200  -",
                        "x                -");
    }

    @Test
    void withoutRowsThereAreOnlyHeadings() {
        assertThat(new Table("a", "b").lines()).containsExactly("a  b");
    }

    @Test
    void aRowWithTooFewCellsIsRefused() {
        assertThatThrownBy(() -> new Table("a", "b").row(1)).hasMessageContaining("cells: 1 (expected: 2)");
    }
}
