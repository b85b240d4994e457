-- All built-in traits of every customer with a line, in the table `trait`. `history` is a view of the lake's order lines; {as_of} is the
-- reference instant on the clock of the business, {utc} the same in UTC. China keeps one time all the year, so eight hours are simply added.
-- Parquet is read once: every further statement is several times faster on DuckDB's own table.
CREATE TEMP TABLE line AS
SELECT customer_id, order_key, kind, make_timestamp(epoch_us(time) + 28800000000) AS clock, amount, quantity, discount, product, category,
    store, channel, device
FROM history WHERE customer_id IS NOT NULL AND time <= TIMESTAMPTZ '{utc}+00';

-- One aggregation to orders serves counts, sums and shares; `mask` has a bit for each part of day (0-3), weekday (4-10), and for a
-- mobile (11) or any known (12) device.
CREATE TEMP TABLE orders AS
SELECT customer_id, order_key,
    min(clock) FILTER (WHERE kind = 'sale') AS first_sale, max(clock) FILTER (WHERE kind = 'sale') AS last_sale,
    coalesce(sum(amount) FILTER (WHERE kind = 'sale'), 0) AS sales, coalesce(sum(amount) FILTER (WHERE kind = 'return'), 0) AS returned,
    sum(amount) FILTER (WHERE kind <> 'adjustment' AND clock > TIMESTAMP '{as_of}' - INTERVAL 12 MONTHS) AS net_12m,
    sum(quantity) FILTER (WHERE kind = 'sale') AS pieces, sum(discount) FILTER (WHERE kind = 'sale') AS discounts,
    bit_or((1 << (hour(clock) // 6)) | (16 << (isodow(clock) - 1))
        | CASE WHEN device IS NULL THEN 0 WHEN device IN ('mobile', 'tablet', 'phone', 'app') THEN 6144 ELSE 4096 END)
        FILTER (WHERE kind = 'sale') AS mask
FROM line GROUP BY customer_id, order_key;

CREATE TEMP TABLE sums AS
SELECT customer_id, CAST('{as_of}' AS DATE) - CAST(max(last_sale) AS DATE) AS recency, count(mask) AS frequency,
    sum(sales + returned) AS monetary, CAST(sum(sales) AS DOUBLE) / nullif(count(mask), 0) AS average_order,
    CAST(sum(pieces) AS DOUBLE) / nullif(count(mask), 0) AS pieces_per_order,
    count(*) FILTER (WHERE last_sale > TIMESTAMP '{as_of}' - INTERVAL 90 DAYS) AS frequency_90d, coalesce(sum(net_12m), 0) AS monetary_12m,
    min(first_sale) AS first_purchase, max(last_sale) AS last_purchase,
    CAST('{as_of}' AS DATE) - CAST(min(first_sale) AS DATE) AS tenure,
    -CAST(sum(returned) AS DOUBLE) / nullif(CAST(sum(sales) AS DOUBLE), 0) AS return_rate,
    CAST(coalesce(sum(discounts), 0) AS DOUBLE)
        / nullif(CAST(coalesce(sum(discounts), 0) + sum(sales) AS DOUBLE), 0) AS discount_share,
    count(*) FILTER (WHERE mask & 1 <> 0) / nullif(count(mask), 0) AS share_night,
    count(*) FILTER (WHERE mask & 2 <> 0) / nullif(count(mask), 0) AS share_morning,
    count(*) FILTER (WHERE mask & 4 <> 0) / nullif(count(mask), 0) AS share_afternoon,
    count(*) FILTER (WHERE mask & 8 <> 0) / nullif(count(mask), 0) AS share_evening,
    count(*) FILTER (WHERE mask & 16 <> 0) / nullif(count(mask), 0) AS share_monday,
    count(*) FILTER (WHERE mask & 32 <> 0) / nullif(count(mask), 0) AS share_tuesday,
    count(*) FILTER (WHERE mask & 64 <> 0) / nullif(count(mask), 0) AS share_wednesday,
    count(*) FILTER (WHERE mask & 128 <> 0) / nullif(count(mask), 0) AS share_thursday,
    count(*) FILTER (WHERE mask & 256 <> 0) / nullif(count(mask), 0) AS share_friday,
    count(*) FILTER (WHERE mask & 512 <> 0) / nullif(count(mask), 0) AS share_saturday,
    count(*) FILTER (WHERE mask & 1024 <> 0) / nullif(count(mask), 0) AS share_sunday,
    count(*) FILTER (WHERE mask & 2048 <> 0) / nullif(count(*) FILTER (WHERE mask & 4096 <> 0), 0) AS share_mobile
FROM orders GROUP BY customer_id;

CREATE TEMP TABLE gaps AS
SELECT customer_id, avg(gap) AS gap_mean, stddev_samp(gap) AS gap_sd
FROM (SELECT customer_id, day - lag(day) OVER (PARTITION BY customer_id ORDER BY day) AS gap
    FROM (SELECT DISTINCT customer_id, CAST(clock AS DATE) AS day FROM line WHERE kind = 'sale'))
GROUP BY customer_id;

CREATE TEMP TABLE product AS
SELECT customer_id, count(*) AS products, arg_min(product, (-amount, product)) AS top_product
FROM (SELECT customer_id, product, sum(amount) AS amount FROM line
    WHERE kind = 'sale' AND product IS NOT NULL GROUP BY customer_id, product)
GROUP BY customer_id;

CREATE TEMP TABLE category AS
SELECT customer_id, arg_min(category, (-amount, category)) AS top_category
FROM (SELECT customer_id, category, sum(amount) AS amount FROM line
    WHERE kind = 'sale' AND category IS NOT NULL GROUP BY customer_id, category)
GROUP BY customer_id;

CREATE TEMP TABLE store AS
SELECT customer_id, arg_min(store, (-amount, store)) AS top_store
FROM (SELECT customer_id, store, sum(amount) AS amount FROM line
    WHERE kind = 'sale' AND store IS NOT NULL GROUP BY customer_id, store)
GROUP BY customer_id;

CREATE TEMP TABLE channel AS
SELECT customer_id, arg_min(channel, (-amount, channel)) AS top_channel
FROM (SELECT customer_id, channel, sum(amount) AS amount FROM line
    WHERE kind = 'sale' AND channel IS NOT NULL GROUP BY customer_id, channel)
GROUP BY customer_id;

CREATE TABLE trait AS
SELECT sums.*, gap_mean, gap_sd, top_category, top_product, top_store, top_channel, coalesce(products, 0) AS products
FROM sums LEFT JOIN gaps USING (customer_id) LEFT JOIN product USING (customer_id) LEFT JOIN category USING (customer_id)
    LEFT JOIN store USING (customer_id) LEFT JOIN channel USING (customer_id);
