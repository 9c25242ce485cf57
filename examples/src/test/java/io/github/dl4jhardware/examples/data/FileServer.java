package io.github.dl4jhardware.examples.data;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Serves files on this machine's loopback address, well or badly. */
final class FileServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final AtomicBoolean ranges = new AtomicBoolean(true);
  private volatile int cutAfter = Integer.MAX_VALUE;
  private volatile boolean stalls;
  private volatile boolean unannounced;
  private final AtomicInteger busy = new AtomicInteger();

  FileServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  URI uri(String name) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + name);
  }

  FileServer file(String name, byte[] content) {
    files.put("/" + name, content);
    return this;
  }

  /** Whether it understands requests for the rest of a file. */
  FileServer ranges(boolean understood) {
    ranges.set(understood);
    return this;
  }

  /** Breaks each connection off after so many bytes. */
  FileServer cutAfter(int bytes) {
    cutAfter = bytes;
    return this;
  }

  /** Where it would break off, waits instead. */
  FileServer stalling() {
    stalls = true;
    return this;
  }

  /** Answers 503 to so many requests. */
  FileServer busyFor(int answers) {
    busy.set(answers);
    return this;
  }

  /** Does not say how long a file is. */
  FileServer unannounced() {
    unannounced = true;
    return this;
  }

  /** The asked names, each with the Range header where there was one. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  private void serve(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String range = exchange.getRequestHeaders().getFirst("Range");
    requests.add(range == null ? path : path + " " + range);
    if (busy.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      exchange.sendResponseHeaders(503, -1);
      exchange.close();
      return;
    }
    byte[] content = files.get(path);
    if (content == null) {
      exchange.sendResponseHeaders(404, -1);
      exchange.close();
      return;
    }
    int start = start(range);
    if (start >= content.length && start > 0) {
      exchange.sendResponseHeaders(416, -1);
      exchange.close();
      return;
    }
    if (start > 0) {
      exchange
          .getResponseHeaders()
          .add(
              "Content-Range",
              "bytes " + start + "-" + (content.length - 1) + "/" + content.length);
    }
    int length = content.length - start;
    exchange.sendResponseHeaders(start > 0 ? 206 : 200, unannounced ? 0 : length);
    OutputStream out = exchange.getResponseBody();
    int sent = Math.min(length, cutAfter);
    out.write(content, start, sent);
    out.flush();
    if (sent < length) {
      if (stalls) {
        pause();
      }
      // Closing the exchange before all is sent drops the connection.
      exchange.close();
      return;
    }
    out.close();
  }

  private int start(@Nullable String range) {
    if (range == null || !ranges.get()) {
      return 0;
    }
    return Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
  }

  private static void pause() {
    try {
      Thread.sleep(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
