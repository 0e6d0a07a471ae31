package io.seckill.cli.up;

import io.seckill.embedded.FreePorts;
import io.seckill.settings.StartFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Properties;

/** The folder that holds the data between runs. While it is open no other process can open it. */
final class DataDirectory implements AutoCloseable {
    private static final String LOCK = "lock";
    private static final String PORTS = "ports.properties";

    private final Path dir;
    private final FileChannel lock;

    private DataDirectory(Path dir, FileChannel lock) {
        this.dir = dir;
        this.lock = lock;
    }

    /**
     * Makes the folder if it is not there, and locks it.
     *
     * @throws StartFailure if another process holds it, or it cannot be written
     */
    static DataDirectory open(Path path) {
        Path dir = path.toAbsolutePath().normalize();
        Path lockFile = dir.resolve(LOCK);
        try {
            Files.createDirectories(dir);
            FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!locked(channel)) {
                channel.close();
                throw new StartFailure("another 'seckill up'" + holder(lockFile) + " uses the data in " + dir
                        + "; stop that one, or choose another folder with --data-dir");
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            return new DataDirectory(dir, channel);
        } catch (IOException e) {
            throw new StartFailure(
                    "the folder " + dir + " cannot be used (" + e + "); choose another with --data-dir", e);
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // held by this very process
        }
    }

    private static String holder(Path lockFile) throws IOException {
        String pid = Files.readString(lockFile).trim();
        return pid.isEmpty() ? "" : ", process " + pid + ",";
    }

    Path path() {
        return dir;
    }

    Path redis() {
        return dir.resolve("redis");
    }

    Path postgres() {
        return dir.resolve("postgres");
    }

    /** The port that this part had in the last run, or at first the usual one, if it is free; else another, remembered. */
    int portOf(String part, int usual) {
        Path file = dir.resolve(PORTS);
        Properties ports = new Properties();
        try {
            if (Files.exists(file)) {
                try (var in = Files.newInputStream(file)) {
                    ports.load(in);
                }
            }
            String remembered = ports.getProperty(part, Integer.toString(usual));
            if (remembered.matches("\\d{1,5}") && isFree(Integer.parseInt(remembered))) {
                return Integer.parseInt(remembered);
            }
            int port = FreePorts.next();
            ports.setProperty(part, Integer.toString(port));
            try (var out = Files.newOutputStream(file)) {
                ports.store(out, null);
            }
            return port;
        } catch (IOException | IllegalArgumentException e) {
            throw new StartFailure("the file " + file + " cannot be used (" + e + "); delete it and try again", e);
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false; // somebody listens on it, which is what is asked here
        }
    }

    /** Gives the folder free. Safe to call twice. */
    @Override
    public void close() throws IOException {
        lock.close();
    }
}
