// What the shop answers. Each page is a small tree of async expressions that ends in queries:
//
//   GET /cart/CUSTOMER      cart_page ─┬─ cart_items ── price (one each) ── query of products
//                                      └─ discount ──────────────────────── query of orders
//   GET /orders/CUSTOMER    orders_page ─────────────────────────────────── query of orders
//   GET /product/PRODUCT    product_page ─┬─ price ──────────────────────── query of products
//                                         └─ popularity ─────────────────── query of orders
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <string_view>

#include "database.h"

namespace shop {

struct Page {
  unsigned status = 200;
  std::string text;
};

/// The page of a target like "/cart/17".
boost::asio::awaitable<Page> route(db::Pool& pool, std::string target);

/// Background job: marks what was packed as shipped, again and again.
boost::asio::awaitable<void> ship_orders(db::Pool& pool);

}  // namespace shop
