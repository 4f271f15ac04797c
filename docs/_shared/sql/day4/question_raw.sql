SELECT activity_type, count(*) AS plays
FROM raw
WHERE track_id > 0
GROUP BY activity_type
ORDER BY plays DESC
