// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title BurnAuction: sells the accumulated dollars for WAY at a falling price, and burns the WAY
/// @notice The price halves every `halfLifeSeconds` since the last sale, along straight lines between the halvings, until
/// somebody finds it worth buying: no oracle. A sale raises it by the share of the dollars on offer that it took
/// (everything: doubled; almost nothing: unmoved), so nobody holds the price up with purchases of dust.
/// No owner, no parameters that change.
contract BurnAuction {
    using SafeERC20 for IERC20;

    /// @dev µ$ in a dollar.
    uint256 private constant DOLLAR = 1e6;

    /// @dev Keeps dollars · price far below 2²⁵⁶.
    uint256 public constant MAX_PRICE = type(uint128).max;

    IERC20 public immutable dollar;
    ERC20Burnable public immutable way;
    uint64 public immutable halfLifeSeconds;

    /// @notice The price at `since`, and when the last sale was (unix seconds).
    uint128 public startPrice;
    uint64 public since;

    event Sold(address indexed buyer, uint256 dollars, uint256 wayBurned, uint256 price, uint256 nextPrice);

    error ZeroAddress();
    error ZeroPrice();
    error ZeroHalfLife();
    error NothingBought();
    error AboveOffer(uint256 dollars, uint256 available);
    error CostAboveMaximum(uint256 cost, uint256 maxWay);

    /// @param startPrice_ WAY (18 decimals) for one dollar at the start.
    constructor(IERC20 dollar_, ERC20Burnable way_, uint128 startPrice_, uint64 halfLifeSeconds_) {
        if (address(dollar_) == address(0) || address(way_) == address(0)) revert ZeroAddress();
        if (startPrice_ == 0) revert ZeroPrice();
        if (halfLifeSeconds_ == 0) revert ZeroHalfLife();
        dollar = dollar_;
        way = way_;
        startPrice = startPrice_;
        halfLifeSeconds = halfLifeSeconds_;
        since = uint64(block.timestamp);
    }

    /// @notice Buys `dollars` µ$ for at most `maxWay`.
    /// Effects: burns `costUp(dollars)` of the caller's WAY, pays the caller the dollars, starts the curve anew; emits
    /// Sold.
    /// Requirements: so many dollars are on offer; the cost is within `maxWay`; the caller approved it.
    function buy(uint256 dollars, uint256 maxWay) external returns (uint256 cost) {
        uint256 onOffer = available();
        if (dollars == 0) revert NothingBought();
        if (dollars > onOffer) revert AboveOffer(dollars, onOffer);
        uint256 current = price();
        cost = _costUp(dollars, current);
        if (cost > maxWay) revert CostAboveMaximum(cost, maxWay);

        uint256 next = Math.min(current + Math.mulDiv(current, dollars, onOffer), MAX_PRICE);
        startPrice = uint128(next);
        since = uint64(block.timestamp);
        emit Sold(msg.sender, dollars, cost, current, next);

        way.burnFrom(msg.sender, cost);
        dollar.safeTransfer(msg.sender, dollars);
    }

    /// @notice µ$ on offer.
    function available() public view returns (uint256) {
        return dollar.balanceOf(address(this));
    }

    /// @notice WAY (18 decimals) for one dollar now; at least 1.
    function price() public view returns (uint256) {
        uint256 elapsed = block.timestamp - since;
        uint256 halvings = elapsed / halfLifeSeconds;
        if (halvings >= 128) return 1;
        uint256 top = uint256(startPrice) >> halvings;
        uint256 now_ = top - top * (elapsed % halfLifeSeconds) / (2 * uint256(halfLifeSeconds));
        return now_ == 0 ? 1 : now_;
    }

    /// @notice What `dollars` µ$ cost now, rounded up.
    function costUp(uint256 dollars) external view returns (uint256) {
        return _costUp(dollars, price());
    }

    function _costUp(uint256 dollars, uint256 atPrice) private pure returns (uint256) {
        return Math.mulDiv(dollars, atPrice, DOLLAR, Math.Rounding.Ceil);
    }
}
