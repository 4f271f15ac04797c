SELECT hour(CAST(device_ts AS timestamp)) AS hour_utc, count(*) AS plays
FROM raw
GROUP BY 1
ORDER BY 1
