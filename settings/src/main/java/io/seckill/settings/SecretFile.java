package io.seckill.settings;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads a secret out of the file that holds it and nothing else, as orchestrators mount them. */
final class SecretFile {
    static final int MAX_BYTES = 16_384;

    private SecretFile() {}

    /** The file holds no secret; the message says why, and never shows what it holds. */
    static final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnreadableException(String reason) {
            super(reason);
        }
    }

    /** The one line that the file holds, without the line end that an editor puts behind it. */
    static String read(String file) throws UnreadableException {
        String text = text(file).replaceFirst("\r?\n\\z", "");
        if (text.isEmpty()) {
            throw new UnreadableException("it is empty");
        }
        if (text.lines().count() > 1) {
            throw new UnreadableException("it has several lines");
        }
        return text;
    }

    private static String text(String file) throws UnreadableException {
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            byte[] content = in.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                throw new UnreadableException("it is longer than " + MAX_BYTES + " bytes");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
        } catch (NoSuchFileException e) {
            throw new UnreadableException("there is no such file");
        } catch (AccessDeniedException e) {
            throw new UnreadableException("this user may not read it");
        } catch (CharacterCodingException e) {
            throw new UnreadableException("it is not UTF-8");
        } catch (InvalidPathException | IOException e) {
            throw new UnreadableException("it cannot be read");
        }
    }
}
