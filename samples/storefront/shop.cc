#include "shop.h"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <utility>

namespace shop {

namespace asio = boost::asio;
using asio::awaitable;
using namespace asio::experimental::awaitable_operators;

namespace {

int number_in(const std::string& text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

awaitable<int> price(db::Pool& pool, int product) {
  const auto rows =
      co_await pool.query("SELECT price FROM products WHERE id = " + std::to_string(product));
  co_return rows.empty() ? 0 : number_in(rows[0][0]);
}

awaitable<int> cart_items(db::Pool& pool, int customer) {
  const auto rows = co_await pool.query("SELECT product, amount FROM carts WHERE customer = " +
                                        std::to_string(customer));
  int sum = 0;
  for (const auto& row : rows) {
    sum += number_in(row[1]) * co_await price(pool, number_in(row[0]));
  }
  co_return sum;
}

/// Per cent: faithful customers pay less.
awaitable<int> discount(db::Pool& pool, int customer) {
  const auto rows = co_await pool.query("SELECT count(*) FROM orders WHERE customer = " +
                                        std::to_string(customer));
  co_return number_in(rows.at(0).at(0)) > 3 ? 5 : 0;
}

awaitable<int> popularity(db::Pool& pool, int product) {
  const auto rows =
      co_await pool.query("SELECT count(*) FROM orders WHERE product = " + std::to_string(product));
  co_return number_in(rows.at(0).at(0));
}

awaitable<Page> cart_page(db::Pool& pool, int customer) {
  const auto [sum, percent] = co_await (cart_items(pool, customer) && discount(pool, customer));
  co_return Page{200, "total " + std::to_string(sum * (100 - percent) / 100) + "\n"};
}

awaitable<Page> orders_page(db::Pool& pool, int customer) {
  const auto rows = co_await pool.query("SELECT id, state FROM orders WHERE customer = " +
                                        std::to_string(customer));
  Page page;
  for (const auto& row : rows) page.text += row[0] + " " + row[1] + "\n";
  co_return page;
}

awaitable<Page> product_page(db::Pool& pool, int product) {
  const auto [costs, sold] = co_await (price(pool, product) && popularity(pool, product));
  if (costs == 0) co_return Page{404, "no such product\n"};
  co_return Page{200, std::to_string(costs) + ", sold " + std::to_string(sold) + "\n"};
}

}  // namespace

awaitable<Page> route(db::Pool& pool, std::string target) {
  const size_t slash = target.find('/', 1);
  const std::string page = target.substr(0, slash);
  const int number = slash == std::string::npos ? 0 : number_in(target.substr(slash + 1));
  if (page == "/cart") co_return co_await cart_page(pool, number);
  if (page == "/orders") co_return co_await orders_page(pool, number);
  if (page == "/product") co_return co_await product_page(pool, number);
  co_return Page{404, "no such page\n"};
}

awaitable<void> ship_orders(db::Pool& pool) {
  asio::steady_timer pause(co_await asio::this_coro::executor);
  for (;;) {
    pause.expires_after(std::chrono::milliseconds(300));
    co_await pause.async_wait(asio::use_awaitable);
    co_await pool.query("UPDATE orders SET state = 'shipped' WHERE state = 'packed'");
  }
}

}  // namespace shop
