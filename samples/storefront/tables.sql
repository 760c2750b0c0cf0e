-- The storefront's tables on a real PostgreSQL server, and what makes queries slow now and then: a
-- trigger that keeps everybody out of `orders` while orders are updated.
CREATE TABLE products (id int PRIMARY KEY, name text, price int);
CREATE TABLE carts (customer int, product int, amount int);
CREATE TABLE orders (id int PRIMARY KEY, customer int, product int, state text);

INSERT INTO products SELECT i, 'thing ' || i, 100 + i * 37 % 900 FROM generate_series(1, 20) i;
INSERT INTO carts SELECT 1 + i % 40, 1 + i * 7 % 20, 1 + i % 4
  FROM generate_series(0, 119) i WHERE i % 3 <> 0;
INSERT INTO orders SELECT 1000 + i, 1 + i % 40, 1 + i * 7 % 20,
  CASE WHEN i % 5 = 0 THEN 'packed' ELSE 'shipped' END FROM generate_series(0, 119) i;

CREATE FUNCTION audit_orders() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  LOCK TABLE orders IN ACCESS EXCLUSIVE MODE;
  PERFORM pg_sleep(0.04);
  RETURN NULL;
END $$;
CREATE TRIGGER audit BEFORE UPDATE ON orders FOR EACH STATEMENT EXECUTE FUNCTION audit_orders();
