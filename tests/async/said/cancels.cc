// A deadline cancels in the gap between two steps: it ends nothing, and the next step waits for ever.
// A timer is cancelled by its own handler, again and again. Its twin is callbacks.cc.
// weft why: FILE:DEADLINE\) ended nothing, and Session::hello .*FILE:HELLO
// weft why: Client::arm \(async_wait\) cancels itself: \d{3} times, at FILE:TICK
// weft stats: ^Client::arm \(async_wait\) +FILE:TICK +\d+ .* \d{3} +0$
// weft stats: 1 by Session::start .*FILE:DEADLINE
// weft stats: Server::connect .* failed
// weft tasks --stuck: Session::hello .* waiting for .*: socket.async_receive on fd \d
#include <boost/asio.hpp>
#include <chrono>
#include <memory>

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Timer = asio::steady_timer;
using namespace std::chrono_literals;

struct Session : std::enable_shared_from_this<Session> {
  explicit Session(asio::io_context& io) : socket(io), deadline(io), gap(io) {}
  void start(const tcp::endpoint& to) {
    deadline.expires_after(20ms);
    deadline.async_wait([self = shared_from_this()](error_code error) {  // DEADLINE
      if (!error) self->socket.cancel();
    });
    socket.async_connect(to, [self = shared_from_this()](error_code) { self->prepare(); });
  }
  void prepare() {
    gap.expires_after(50ms);
    gap.async_wait([self = shared_from_this()](error_code) { self->hello(); });
  }
  void hello() {
    socket.async_read_some(asio::buffer(data),
                           [self = shared_from_this()](error_code, size_t) {});  // HELLO
  }
  tcp::socket socket;
  Timer deadline, gap;
  char data[16];
};

struct Client {
  explicit Client(asio::io_context& io) : timer(io) {}
  void arm() {
    timer.expires_after(20ms);
    timer.async_wait([this](error_code) { tick(); });  // TICK
  }
  void tick() {
    if (++calls > 200) return;
    arm();
    if (calls > 3) timer.cancel();
  }
  Timer timer;
  int calls = 0;
};

struct Server {
  explicit Server(asio::io_context& io) : socket(io) {}
  void connect() {  // nobody listens there
    socket.async_connect({asio::ip::address_v4::loopback(), 1}, [](error_code) {});
  }
  tcp::socket socket;
};

int main() {
  asio::io_context io(1);
  tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
  tcp::socket peer(io);
  acceptor.async_accept(peer, [](error_code) {});
  std::make_shared<Session>(io)->start(acceptor.local_endpoint());
  Client client(io);
  client.arm();
  Server server(io);
  server.connect();
  Timer end(io, 200ms);
  end.async_wait([&io](error_code) { io.stop(); });
  io.run();
  _exit(0);
}
