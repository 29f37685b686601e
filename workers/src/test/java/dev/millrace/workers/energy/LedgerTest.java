package dev.millrace.workers.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LedgerTest {
    @Test
    void what_has_been_counted_is_added_up_by_its_price() {
        var ledger = new Ledger();

        ledger.products(10);
        ledger.count(Operation.F32_ADD, 5);
        ledger.count(Operation.I32_ADD, 100);
        ledger.count(Operation.EXPONENTIAL, 1000);
        ledger.move(64);

        assertThat(ledger.picojoules()).isCloseTo(10 * 3.7 + 15 * 0.9 + 100 * 0.1, within(1e-9));
        assertThat(ledger.of(Operation.EXPONENTIAL)).isEqualTo(1000);
        assertThat(ledger.bytes()).isEqualTo(64);
    }

    @Test
    void a_sum_has_both_and_neither_changes() {
        var one = new Ledger();
        var other = new Ledger();
        one.count(Operation.ROOT, 2);
        other.count(Operation.ROOT, 3);
        other.move(8);

        var sum = one.plus(other);

        assertThat(sum.of(Operation.ROOT)).isEqualTo(5);
        assertThat(sum.bytes()).isEqualTo(8);
        one.clear();
        assertThat(one.of(Operation.ROOT)).isZero();
        assertThat(sum.of(Operation.ROOT)).isEqualTo(5);
    }
}
