// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {BurnAuction} from "../src/BurnAuction.sol";
import {TestDollar} from "../src/TestDollar.sol";
import {Way} from "../src/Way.sol";
import {assertEq, assertTrue, bound, vm} from "./Vm.sol";

contract BurnAuctionTest {
    uint64 private constant HALF_LIFE = 3600;
    uint128 private constant START = 8e18;

    TestDollar private dollar;
    Way private way;
    BurnAuction private auction;

    function setUp() external {
        vm.warp(1_000_000);
        dollar = new TestDollar();
        way = new Way(address(this));
        auction = new BurnAuction(IERC20(address(dollar)), ERC20Burnable(address(way)), START, HALF_LIFE);
        dollar.mint(address(auction), 100e6);
        way.approve(address(auction), type(uint256).max);
    }

    function test_the_price_halves_along_straight_lines() external {
        assertEq(auction.price(), 8e18, "start");
        vm.warp(1_000_000 + HALF_LIFE / 2);
        assertEq(auction.price(), 6e18, "half way to the half");
        vm.warp(1_000_000 + HALF_LIFE);
        assertEq(auction.price(), 4e18, "half");
        vm.warp(1_000_000 + 3 * HALF_LIFE);
        assertEq(auction.price(), 1e18, "an eighth");
        vm.warp(1_000_000 + 1_000 * uint256(HALF_LIFE));
        assertEq(auction.price(), 1, "never nothing");
    }

    function testFuzz_the_price_only_falls_between_sales(uint32 first, uint32 later) external {
        vm.warp(1_000_000 + uint256(first));
        uint256 before = auction.price();
        vm.warp(1_000_000 + uint256(first) + later);
        assertTrue(auction.price() <= before, "falls");
        assertTrue(auction.price() >= 1, "never nothing");
    }

    function test_a_sale_burns_the_way_and_raises_the_price_by_its_share() external {
        uint256 supply = way.totalSupply();
        assertEq(auction.buy(25e6, 200e18), 200e18, "cost");
        assertEq(way.totalSupply(), supply - 200e18, "burned");
        assertEq(dollar.balanceOf(address(this)), 25e6, "dollars");
        assertEq(auction.price(), 10e18, "a quarter of the offer: a quarter dearer");
        auction.buy(75e6, type(uint256).max);
        assertEq(auction.price(), 20e18, "all of it: doubled");
    }

    function test_refusals() external {
        vm.expectRevert(BurnAuction.NothingBought.selector);
        auction.buy(0, 1e30);
        vm.expectRevert(abi.encodeWithSelector(BurnAuction.AboveOffer.selector, 100e6 + 1, 100e6));
        auction.buy(100e6 + 1, 1e30);
        vm.expectRevert(abi.encodeWithSelector(BurnAuction.CostAboveMaximum.selector, 8e18, 8e18 - 1));
        auction.buy(1e6, 8e18 - 1);
    }

    /// @notice Whoever buys dust again and again hardly slows the fall: after a half-life the price is at most
    /// e^(−1/2) ≈ 0.61 of the start, instead of 0.5.
    function test_dust_does_not_hold_the_price_up() external {
        for (uint256 i = 1; i <= 60; ++i) {
            vm.warp(1_000_000 + i * HALF_LIFE / 60);
            auction.buy(1, type(uint256).max);
        }
        assertTrue(auction.price() < uint256(START) * 61 / 100, "falls on");
    }

    function testFuzz_the_cost_is_rounded_against_the_buyer(uint256 dollars, uint32 later) external {
        dollars = bound(dollars, 1, 100e6);
        vm.warp(1_000_000 + uint256(later));
        uint256 price = auction.price();
        uint256 cost = auction.buy(dollars, type(uint256).max);
        assertTrue(cost * 1e6 >= dollars * price, "never below the price");
        assertTrue((cost - 1) * 1e6 < dollars * price, "by less than one unit");
    }
}
