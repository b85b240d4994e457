-- Scores and groups of every customer with a sale, in the table `rfm`; the names of the groups as in segments.default.toml. Guanxi's run
-- also forms value tiers and life-cycle stages, which are not asked of DuckDB here.
CREATE TABLE rfm AS
WITH buyer AS (
    SELECT customer_id, CAST('{as_of}' AS DATE) - CAST(max(clock) FILTER (WHERE kind = 'sale') AS DATE) AS recency,
        count(DISTINCT order_key) FILTER (WHERE kind = 'sale') AS frequency, sum(amount) FILTER (WHERE kind <> 'adjustment') AS monetary
    FROM line GROUP BY customer_id HAVING count(*) FILTER (WHERE kind = 'sale') > 0
), score AS (
    SELECT *, 1 + 5 * (rank() OVER (ORDER BY recency DESC) - 1) // count(*) OVER () AS r,
        1 + 5 * (rank() OVER (ORDER BY frequency) - 1) // count(*) OVER () AS f,
        1 + 5 * (rank() OVER (ORDER BY monetary) - 1) // count(*) OVER () AS m
    FROM buyer
)
SELECT *, CASE
    WHEN r >= 4 AND (f + m) / 2 >= 4 THEN 'champions'
    WHEN r >= 5 AND f <= 1 THEN 'new_customers'
    WHEN r = 4 AND f <= 1 THEN 'promising'
    WHEN r >= 3 AND (f + m) / 2 >= 3 AND f >= 2 THEN 'loyal'
    WHEN r >= 4 THEN 'potential_loyalists'
    WHEN r = 3 AND (f + m) / 2 >= 2 THEN 'need_attention'
    WHEN r = 3 THEN 'about_to_sleep'
    WHEN (f + m) / 2 >= 4 THEN 'cannot_lose'
    WHEN (f + m) / 2 >= 2.5 THEN 'at_risk'
    WHEN r = 2 THEN 'hibernating'
    ELSE 'lost' END AS rfm_group
FROM score;
