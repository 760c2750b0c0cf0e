// Callbacks: each operation is known by the function that its handler stands in, and by its line.
// weft requests --roots: Client::start \(async_connect\) #\d+ +done
// weft graph 1: \* Session::accept \(async_accept\) #\d+ +FILE:ACCEPT
// weft graph 1: Session::read \(async_receive\) #\d+ +FILE:READ$
// weft stats: ^Session::write \(async_send\) +FILE:WRITE +2
// weft stats: ^Later \(execute\) +FILE:LATER +1
// never weft stats: Session::.*execute
// weft stats --all: Session::read \(execute\)|strand_executor.execute
// never weft why: cycle|cancel|strand|failed
// weft query requests-by-text: what +requests
// weft tasks --at NOW: ^waiting .* Session::read .* FILE:READ +socket.async_receive on fd \d
// weft tasks --at NOW --stuck: Session::read .* waiting for .*: socket.async_receive on fd \d
#include <unistd.h>

#include <boost/asio.hpp>
#include <memory>

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

struct Session : std::enable_shared_from_this<Session> {
  explicit Session(tcp::acceptor& a) : acceptor(a), socket(a.get_executor()) {}
  void accept() {
    acceptor.async_accept(socket, [self = shared_from_this()](error_code) {  // ACCEPT
      self->read();
    });
  }
  void read() {
    wait();
    socket.async_read_some(
        asio::buffer(data),
        asio::bind_executor(strand,
                            [self = shared_from_this()](error_code error, size_t bytes) {  // READ
                              if (error) return;
                              self->timer.cancel();
                              self->write(bytes);
                            }));
  }
  void write(size_t bytes) {
    asio::async_write(socket, asio::buffer(data, bytes),
                      [self = shared_from_this()](error_code, size_t) { self->read(); });  // WRITE
  }
  void wait() {
    timer.expires_after(std::chrono::seconds(5));
    timer.async_wait([self = shared_from_this()](error_code error) {  // TIMEOUT
      if (!error) self->socket.close();
    });
  }

  tcp::acceptor& acceptor;
  tcp::socket socket;
  asio::strand<tcp::socket::executor_type> strand{socket.get_executor()};
  asio::steady_timer timer{socket.get_executor()};
  char data[16];
};

struct Later {
  void operator()() const {  // LATER
    if (write(STDERR_FILENO, "NOW\n", 4) != 4) _exit(1);
  }
};

struct Client {
  explicit Client(asio::io_context& c) : context(c), socket(c) {}
  void start(const tcp::endpoint& server) {
    socket.async_connect(server, [this](error_code) { say(); });
  }
  void say() {
    asio::async_write(socket, asio::buffer("ping", 4), [this](error_code, size_t) { hear(); });
  }
  void hear() {
    socket.async_read_some(asio::buffer(data), [this](error_code, size_t) {
      if (++heard < 2) return say();
      pause.async_wait([this](error_code) {
        asio::post(context, Later());
        asio::post(context, [this] { socket.close(); });
      });
    });
  }
  asio::io_context& context;
  tcp::socket socket;
  asio::steady_timer pause{context, std::chrono::milliseconds(200)};
  int heard = 0;
  char data[16];
};

int main() {
  asio::io_context context(1);
  tcp::acceptor acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  std::make_shared<Session>(acceptor)->accept();
  Client client(context);
  client.start(acceptor.local_endpoint());
  context.run();
}
