package dev.millrace.gateway.tail;

import java.util.List;

/** Is told what the live tail reads, on the live tail's thread. */
public interface Tap {
    /** The next records, in log order within each partition. */
    void seen(List<LogRecord> records);

    /**
     * Records of the partition were cut from the log before the live tail read them; it goes on at
     * its present position.
     */
    void lost(int partition);
}
